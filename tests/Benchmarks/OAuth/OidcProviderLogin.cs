using System.Net;

namespace Uitsmijter.Actors.Benchmarks.OAuth;

/// <summary>Logs a person in at oidc-provider's development pages, once: what is measured is the request of a person who is logged in.</summary>
internal static class OidcProviderLogin
{
    /// <summary>The session's cookies.</summary>
    /// <param name="port">Loopback port of the server.</param>
    public static async Task<string> Cookies(int port)
    {
        var root = new Uri($"http://127.0.0.1:{port}/");
        var cookies = new CookieContainer();
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = root };
        var query = "/auth?response_type=code&client_id=bench&scope=openid%20read%20offline_access&prompt=consent&resource=https%3A%2F%2Fapi.bench.test&state=s"
            + $"&redirect_uri={Uri.EscapeDataString(Contestant.Callback)}&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
        var step = await Location(await http.GetAsync(query));
        foreach (var prompt in new[] { "login", "consent" })
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["prompt"] = prompt, ["login"] = "ada@example.com", ["password"] = "any" });
            var resume = await Location(await http.PostAsync(step, form));
            step = await Location(await http.GetAsync(resume));
            if (step.OriginalString.StartsWith(Contestant.Callback, StringComparison.Ordinal))
            {
                break;
            }
        }

        return string.Join("; ", cookies.GetCookies(root).Where(static cookie => cookie.Name.StartsWith("_session", StringComparison.Ordinal)).Select(static cookie => $"{cookie.Name}={cookie.Value}"));
    }

    private static async Task<Uri> Location(HttpResponseMessage answer)
    {
        using (answer)
        {
            return answer.Headers.Location ?? throw new InvalidOperationException($"oidc-provider did not go on: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
    }
}
