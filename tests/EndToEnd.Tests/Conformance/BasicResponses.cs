using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Uitsmijter.Actors.EndToEnd.Tests.Conformance;

/// <summary>Plan Basic: responses and ID tokens.</summary>
/// <param name="worlds">The servers.</param>
public sealed class BasicResponses(Worlds worlds) : ConformanceTests(worlds)
{
    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-server")]
    public async Task a_login_gives_checked_tokens(string mode)
    {
        using var party = await Party(mode);

        var login = await party.LogIn(party.Request());

        Assert.Equal(Certification.Subject, login.IdToken.Subject);
        Assert.Equal(1, party.Person.Logins);
    }

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-response-type-missing")]
    public async Task a_missing_response_type_is_told(string mode)
    {
        using var party = await Party(mode);
        var request = party.Request();
        request.Remove("response_type");

        var answer = await party.Answer(request);

        Assert.Contains(answer["error"], (string[])["invalid_request", "unsupported_response_type"]);
        Assert.False(answer.ContainsKey("code"));
    }

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-idtoken-signature")]
    public async Task an_id_token_is_signed_with_rs256_by_the_key_it_names(string mode)
    {
        using var party = await Party(mode);

        var login = await party.LogIn(party.Request());

        Assert.Equal("RS256", login.IdToken.Alg);
        Assert.False(string.IsNullOrEmpty(login.IdToken.Kid));
    }

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-idtoken-unsigned")]
    public async Task unsigned_id_tokens_are_not_offered_and_not_taken(string mode)
    {
        using var party = await Party(mode);
        var login = await party.LogIn(party.Request());
        var unsigned = $"{Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Encode("""{"alg":"none"}""")}.{login.IdToken.EncodedPayload}.";

        var answer = await party.Answer(new(party.Request()) { ["prompt"] = "none", ["id_token_hint"] = unsigned });

        Assert.DoesNotContain("none", party.Metadata.GetProperty("id_token_signing_alg_values_supported").EnumerateArray().Select(static one => one.GetString()));
        Assert.Equal("invalid_request", answer["error"]);
    }

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-ensure-request-without-nonce-succeeds-for-code-flow")]
    public async Task a_request_without_a_nonce_succeeds(string mode)
    {
        using var party = await Party(mode);
        var request = party.Request();
        request.Remove("nonce");

        var login = await party.LogIn(request);

        Assert.False(login.IdToken.TryGetPayloadValue<string>(JwtRegisteredClaimNames.Nonce, out _));
    }

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-ensure-registered-redirect-uri")]
    public async Task an_address_that_is_not_registered_is_never_called(string mode)
    {
        using var party = await Party(mode);

        var arrival = await party.Send(new(party.Request()) { ["redirect_uri"] = Certification.Callback + "/not-registered" });

        Assert.False(arrival.IsAtClient);
        Assert.Equal(HttpStatusCode.BadRequest, arrival.Status);
        Assert.Contains("redirect_uri", arrival.Page, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-ensure-post-request-succeeds")]
    public async Task a_request_may_be_posted(string mode)
    {
        using var party = await Party(mode);

        await party.LogIn(party.Request(), isPost: true);

        Assert.Equal(1, party.Person.Logins);
    }

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-server-client-secret-post")]
    public async Task a_client_may_prove_itself_in_the_form(string mode)
    {
        using var party = await Party(mode);

        await party.LogIn(party.Request(), bySecretPost: true);

        Assert.Contains("client_secret_post", party.Metadata.GetProperty("token_endpoint_auth_methods_supported").EnumerateArray().Select(static one => one.GetString()));
    }
}
