using System.Net;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>A client that binds its tokens to a key (RFC 9449): it remembers the server's nonce and asks again when it is told one.</summary>
internal sealed class BoundParty(World world, string host, string clientId, string? secret) : IDisposable
{
    private static readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public DpopKey Key { get; } = new();

    public RelyingParty Party { get; } = new(world, host, clientId, secret);

    public string? Nonce { get; set; }

    public void Dispose()
    {
        Key.Dispose();
        Party.Dispose();
    }

    /// <summary>A proof for an endpoint of ours, by its address in the metadata.</summary>
    public string Proof(string method, string path, string? accessToken = null, DpopKey? key = null) =>
        (key ?? Key).Proof(method, $"https://{host}{path}", nonce: Nonce, accessToken: accessToken);

    /// <summary>Asks for tokens with a proof.</summary>
    public Task<Told> Token(Dictionary<string, string> form, DpopKey? key = null) => Bound(() => Post(form, Proof("POST", "/token", key: key)));

    /// <summary>Asks for tokens with these very proofs, or none.</summary>
    public Task<Told> Post(Dictionary<string, string> form, params string[] proofs) => Send(HttpMethod.Post, "/token", form, [.. proofs.Select(static proof => ("DPoP", proof))]);

    /// <summary>Exchanges a code.</summary>
    public Dictionary<string, string> OfCode(string code) => new()
    {
        ["grant_type"] = "authorization_code",
        ["code"] = code,
        ["redirect_uri"] = RelyingParty.Callback,
        ["code_verifier"] = Party.Verifier,
    };

    /// <summary>Refreshes.</summary>
    public static Dictionary<string, string> OfRefresh(Told tokens) => new() { ["grant_type"] = "refresh_token", ["refresh_token"] = tokens.Text("refresh_token") };

    /// <summary>Asks a protected resource of ours with a bound token.</summary>
    public Task<Told> Ask(string path, string accessToken, DpopKey? key = null) =>
        Bound(() => Send(HttpMethod.Get, path, null, ("Authorization", "DPoP " + accessToken), ("DPoP", Proof("GET", path, accessToken, key))));

    /// <summary>Sends anything.</summary>
    public async Task<Told> Send(HttpMethod method, string path, Dictionary<string, string>? form, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(world.Server.Address, path));
        request.Headers.Host = host;
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (form is not null)
        {
            if (secret is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{secret}")));
            }

            request.Content = new FormUrlEncodedContent(secret is null ? new Dictionary<string, string>(form) { ["client_id"] = clientId } : form);
        }

        using var response = await _client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (response.Headers.TryGetValues("DPoP-Nonce", out var nonces))
        {
            Nonce = nonces.Single();
        }

        return new Told(
            response.StatusCode,
            text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text),
            response.Headers.TryGetValues("WWW-Authenticate", out var challenges) ? string.Join(" | ", challenges) : "",
            nonces is not null,
            response.Headers.RetryAfter?.ToString());
    }

    private static async Task<Told> Bound(Func<Task<Told>> ask) => await ask() is { Error: not "use_dpop_nonce" } told ? told : await ask();
}

/// <summary>An answer.</summary>
internal sealed record Told(HttpStatusCode Status, JsonElement Body, string Challenge, bool HasNonce, string? RetryAfter)
{
    public string? Error => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("error", out var error) ? error.GetString() : null;

    public string Text(string member) => Body.GetProperty(member).GetString()!;
}
