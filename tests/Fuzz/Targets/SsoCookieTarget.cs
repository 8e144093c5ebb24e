using Uitsmijter.Actors.Gateway.Keys;

namespace Uitsmijter.Actors.Fuzz.Targets;

/// <summary>Login cookies: raw ones are only valid with our signature; after a <c>!</c> the rest is a payload that we do sign (attacks 17 and 30).</summary>
internal sealed class SsoCookieTarget : FuzzTarget
{
    private const string Header = """{"alg":"HS256","typ":"uitsmijter-sso+jwt"}""";

    private const string Payload =
        """{"iss":"https://login.example.test","sub":"s","aud":"uitsmijter-sso","exp":1767927845,"iat":1767323045,"auth_time":1767323045,"tenant":"cheese","responsibility":"r","role":"user","user":"ada","scope":"","sid":"x","mode":"interceptor","profile":{"a":[1]}}""";

    /// <inheritdoc />
    public override string Name => "sso";

    /// <inheritdoc />
    public override IEnumerable<string> Seeds => ["", "!" + Payload, Tokens.Sign(Header, Payload), Tokens.Sign("""{"alg":"none"}""", Payload), Tokens.Sign("""{"alg":"HS256","typ":"at+jwt"}""", Payload)];

    /// <inheritdoc />
    public override IReadOnlyList<string> Words => [".", "=", "==", "\"exp\":", "\"aud\":", "uitsmijter-sso", "\"tenant\":", "cheese", "null", "1e9", "-1", "9999999999999999999", "[", "{", "\\ud800", "\"profile\":", "eyJ", "!", "\"profile_in_session\":true,"];

    /// <inheritdoc />
    public override void Try(string input)
    {
        var isSigned = input.StartsWith('!');
        var token = isSigned ? Tokens.Sign(Header, input[1..]) : input;
        _ = SsoCookie.ClaimedTenant(token);
        if (SsoCookie.Verify(token, Tokens.Keys, Tokens.Tenant, Tokens.Now) is not SsoCookieVerdict.Valid { Claims: var claims })
        {
            return;
        }

        Must(Tokens.IsOurs(token), "a valid cookie bears our signature");
        Must(token.Length <= SsoCookie.MaxLength, "a valid cookie is no longer than the longest we make");
        if (isSigned)
        {
            Must(Tokens.Json(input[1..]) is { } json && Tokens.Text(json, "aud") == SsoCookie.Audience && Tokens.Text(json, "tenant") == Tokens.Tenant.Name
                && Tokens.Seconds(json, "exp") > Tokens.Now.ToUnixTimeSeconds() && Tokens.Seconds(json, "iat") <= Tokens.Now.ToUnixTimeSeconds() + 60
                && Tokens.Text(json, "sid") == claims.Sid && Tokens.Text(json, "sub") == claims.Subject, "a valid cookie says what was read");
        }
    }
}
