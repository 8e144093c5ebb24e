using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Uitsmijter.Actors.EndToEnd.Tests.Conformance;

/// <summary>Plan Basic: parameters of a request that a provider heeds, ignores or refuses by name.</summary>
/// <param name="worlds">The servers.</param>
public sealed class BasicRequests(Worlds worlds) : ConformanceTests(worlds)
{
    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-display-page")]
    public Task display_page_is_taken(string mode) => Succeeds(mode, "display", "page");

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-display-popup")]
    public Task display_popup_is_taken(string mode) => Succeeds(mode, "display", "popup");

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-ensure-request-with-unknown-parameter-succeeds")]
    public Task an_unknown_parameter_is_ignored(string mode) => Succeeds(mode, "extra", "foobar");

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-ui-locales")]
    public async Task ui_locales_choose_the_language_of_pages_where_it_is_there(string mode)
    {
        await Succeeds(mode, "ui_locales", "se");
        using var party = await Party(mode);

        await party.LogIn(new(party.Request()) { ["ui_locales"] = "se de" });

        Assert.Contains("<html lang=\"de", party.Person.LastForm, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-claims-locales")]
    public Task claims_locales_are_taken(string mode) => Succeeds(mode, "claims_locales", "se");

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-ensure-request-with-acr-values-succeeds")]
    public Task acr_values_nobody_knows_are_wishes(string mode) => Succeeds(mode, "acr_values", "1 2");

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-login-hint")]
    public async Task login_hint_fills_in_the_name(string mode)
    {
        using var party = await Party(mode);

        await party.LogIn(new(party.Request()) { ["login_hint"] = Certification.User });

        Assert.Contains($"value=\"{Certification.User}\"", party.Person.LastForm, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-claims-essential")]
    public async Task an_essential_claim_is_told_where_it_was_asked_for(string mode)
    {
        using var party = await Party(mode);

        var login = await party.LogIn(new(party.Request()) { ["claims"] = """{"userinfo":{"name":{"essential":true}}}""" });

        Assert.Equal("Ada Lovelace", login.UserInfo.GetProperty("name").GetString());
        Assert.False(login.IdToken.TryGetPayloadValue<string>("name", out _));
        Assert.True(party.Metadata.GetProperty("claims_parameter_supported").GetBoolean());
    }

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-ensure-request-with-valid-pkce-succeeds")]
    public async Task pkce_succeeds(string mode)
    {
        using var party = await Party(mode);
        var verifier = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));
        var challenge = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var request = new Dictionary<string, string>(party.Request()) { ["code_challenge"] = challenge, ["code_challenge_method"] = "S256" };

        await party.LogIn(request, verifier: verifier);

        Assert.Contains("S256", party.Metadata.GetProperty("code_challenge_methods_supported").EnumerateArray().Select(static one => one.GetString()));
    }

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported")]
    public async Task a_request_uri_is_refused_as_unsupported(string mode)
    {
        using var party = await Party(mode);

        var answer = await party.Answer(new(party.Request()) { ["request_uri"] = "https://rp.test/request.jwt" });

        Assert.Equal("request_uri_not_supported", answer["error"]);
        Assert.False(party.Metadata.GetProperty("request_uri_parameter_supported").GetBoolean());
    }

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported")]
    public async Task a_request_object_is_refused_as_unsupported(string mode)
    {
        using var party = await Party(mode);

        var answer = await party.Answer(new(party.Request()) { ["request"] = RequestObject(Certification.Callback) });

        Assert.Equal("request_not_supported", answer["error"]);
        Assert.False(party.Metadata.GetProperty("request_parameter_supported").GetBoolean());
    }

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-ensure-request-object-with-redirect-uri")]
    public async Task the_address_beside_a_request_object_is_never_called_unless_registered(string mode)
    {
        using var party = await Party(mode);

        var arrival = await party.Send(new(party.Request()) { ["redirect_uri"] = Certification.Callback + "/invalid", ["request"] = RequestObject(Certification.Callback) });

        Assert.False(arrival.IsAtClient);
        Assert.Equal(HttpStatusCode.BadRequest, arrival.Status);
    }

    private async Task Succeeds(string mode, string parameter, string value)
    {
        using var party = await Party(mode);

        var login = await party.LogIn(new(party.Request()) { [parameter] = value });

        Assert.Equal(Certification.Subject, login.IdToken.Subject);
        Assert.Equal(1, party.Person.Logins);
    }

    private static string RequestObject(string redirectUri) =>
        $"{Base64UrlEncoder.Encode("""{"alg":"none"}""")}.{Base64UrlEncoder.Encode($$"""{"client_id":"{{Certification.First}}","redirect_uri":"{{redirectUri}}","response_type":"code","scope":"openid"}""")}.";
}
