using System.Net;
using System.Text.Json;

namespace Uitsmijter.Actors.EndToEnd.Tests.Conformance;

/// <summary>Plan Basic: UserInfo and the scopes that fill it.</summary>
/// <param name="worlds">The servers.</param>
public sealed class BasicUserInfo(Worlds worlds) : ConformanceTests(worlds)
{
    private static readonly string[] _profile =
    [
        "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "gender", "birthdate", "zoneinfo",
        "locale", "updated_at",
    ];

    private static readonly string[] _email = ["email", "email_verified"];
    private static readonly string[] _phone = ["phone_number", "phone_number_verified"];

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-userinfo-get")]
    public async Task userinfo_is_got_with_the_token_in_the_header(string mode)
    {
        using var party = await Party(mode);
        var login = await party.LogIn(party.Request());

        using var answer = await party.UserInfo(login.Told.Text("access_token"));

        await IsTheSubject(answer);
    }

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-userinfo-post-header")]
    public async Task userinfo_is_posted_with_the_token_in_the_header(string mode)
    {
        using var party = await Party(mode);
        var login = await party.LogIn(party.Request());

        using var answer = await party.UserInfo(login.Told.Text("access_token"), HttpMethod.Post);

        await IsTheSubject(answer);
    }

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-userinfo-post-body")]
    public async Task userinfo_is_posted_with_the_token_in_the_form(string mode)
    {
        using var party = await Party(mode);
        var login = await party.LogIn(party.Request());

        using var answer = await party.UserInfoByForm(login.Told.Text("access_token"));

        await IsTheSubject(answer);
    }

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-scope-profile")]
    public Task the_scope_profile_gives_its_claims(string mode) => Gives(mode, "openid profile", _profile);

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-scope-email")]
    public Task the_scope_email_gives_its_claims(string mode) => Gives(mode, "openid email", _email);

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-scope-address")]
    public Task the_scope_address_gives_its_claim(string mode) => Gives(mode, "openid address", ["address"]);

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-scope-phone")]
    public Task the_scope_phone_gives_its_claims(string mode) => Gives(mode, "openid phone", _phone);

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-scope-all")]
    public Task all_scopes_together_give_all_claims(string mode) => Gives(mode, "openid profile email address phone", [.. _profile, .. _email, "address", .. _phone]);

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-alternate-happy-flow")]
    public async Task the_order_of_scopes_and_parameters_does_not_matter(string mode)
    {
        using var party = await Party(mode);
        var request = party.Request("email openid").Reverse().ToDictionary();

        var login = await party.LogIn(request);

        Assert.Equal(Certification.User, login.UserInfo.GetProperty("email").GetString());
    }

    /// <summary>Exactly the claims of the scopes beside the subject, each of the kind OpenID Connect Core §5.1 says, and none in the ID token (§5.4).</summary>
    private async Task Gives(string mode, string scope, string[] claims)
    {
        using var party = await Party(mode);

        var login = await party.LogIn(party.Request(scope));

        Assert.Equal(claims.Append("sub").Order(StringComparer.Ordinal), login.UserInfo.EnumerateObject().Select(static member => member.Name).Order(StringComparer.Ordinal));
        Assert.All(login.UserInfo.EnumerateObject(), static member => Assert.Contains(member.Value.ValueKind, KindsOf(member.Name)));
        Assert.All(claims, claim => Assert.False(login.IdToken.TryGetPayloadValue<object>(claim, out _), claim));
    }

    private static JsonValueKind[] KindsOf(string claim) => claim switch
    {
        "email_verified" or "phone_number_verified" => [JsonValueKind.True, JsonValueKind.False],
        "updated_at" => [JsonValueKind.Number],
        "address" => [JsonValueKind.Object],
        _ => [JsonValueKind.String],
    };

    private static async Task IsTheSubject(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var person = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
        Assert.Equal(Certification.Subject, person.GetProperty("sub").GetString());
    }
}
