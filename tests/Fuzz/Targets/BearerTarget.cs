using Uitsmijter.Actors.Gateway.Keys;

namespace Uitsmijter.Actors.Fuzz.Targets;

/// <summary>
/// Access tokens: raw ones are only valid with our signature; after a <c>!</c> the rest is a payload, after a <c>?</c> a header and, on the next
/// line, a payload, which we do sign (attacks 29 and 30).
/// </summary>
internal sealed class BearerTarget : FuzzTarget
{
    private const string Header = """{"alg":"HS256","typ":"at+jwt"}""";

    private const string Payload =
        """{"iss":"https://login.example.test","sub":"s","aud":["cookbooks.example.test"],"exp":1767327845,"iat":1767323045,"nbf":1767323045,"tenant":"cheese","role":"user","user":"ada","scope":"a b","jti":"j","sid":"x","gid":"g","profile":{"a":[1]},"auth_time":1767323045}""";

    /// <inheritdoc />
    public override string Name => "bearer";

    /// <inheritdoc />
    public override IEnumerable<string> Seeds => ["", "!" + Payload, "?" + Header + "\n" + Payload, Tokens.Sign(Header, Payload), "?{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"k\"}\n" + Payload];

    /// <inheritdoc />
    public override IReadOnlyList<string> Words =>
        [".", "\"alg\":", "\"typ\":", "\"kid\":", "\"crit\":[\"b64\"],", "\"b64\":false,", "\"jku\":\"https://evil.test\",", "\"jwk\":{},", "none", "HS256", "RS256", "ES256", "at+jwt", "AT+JWT", "application/at+jwt", "\"exp\":", "\"nbf\":", "1e99", "null", "[", "{", "\\ud800", "!", "?", "\n"];

    /// <inheritdoc />
    public override void Try(string input)
    {
        var (header, payload) = input.Length > 0 && input[0] == '!' ? (Header, input[1..])
            : input.Length > 0 && input[0] == '?' && input.IndexOf('\n', StringComparison.Ordinal) is var end and > 0 ? (input[1..end], input[(end + 1)..])
            : (null, null);
        var token = header is null ? input : Tokens.Sign(header, payload!);
        if (BearerToken.Verify(token, Tokens.Tenant, Tokens.Issuer, Tokens.Keys, Tokens.Now, acceptShared: true) is not BearerVerdict.Valid { Token: var access })
        {
            return;
        }

        Must(Tokens.IsOurs(token), "a valid token bears our signature");
        if (header is not null)
        {
            Must(Tokens.Json(header) is { } parameters && Tokens.Text(parameters, "alg") == "HS256" && Tokens.Text(parameters, "typ") == "at+jwt"
                && parameters.All(static one => one.Key is "alg" or "typ" or "kid"), "a valid token has a header of ours");
            Must(Tokens.Json(payload!) is { } json && Tokens.Text(json, "tenant") == Tokens.Tenant.Name && Tokens.Text(json, "iss") == Tokens.Issuer
                && Tokens.Seconds(json, "exp") > Tokens.Now.ToUnixTimeSeconds() && Tokens.Text(json, "sub") == access.Claims.Subject && access.Claims.Subject.Length > 0, "a valid token says what was read");
        }
    }
}
