using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>Clients of the tenant <c>shop</c> that prove themselves in every way there is, as YAML and as what they send.</summary>
internal static class ProvenClients
{
    public const string Basic = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1c01";
    public const string Post = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1c02";
    public const string SecretJwt = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1c03";
    public const string PrivateKey = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1c04";
    public const string Published = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1c05";
    public const string Hub = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1c06";
    public const string Unreachable = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1c07";
    public const string Secret = "a-secret-to-sign-with-and-long-enough-0123456789";

    /// <summary>The key of <see cref="PrivateKey"/>; its public half stands in the YAML.</summary>
    public static ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Where <see cref="Published"/> has its keys.</summary>
    public static string JwksAddress { get; } = $"http://127.0.0.1:{TestKit.Processes.Ports.Free(1)[0].ToString(CultureInfo.InvariantCulture)}/";

    /// <summary>Writes the clients.</summary>
    public static void Write(string folder)
    {
        Write(folder, "basic", Basic, $"secret: sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Secret)))}\n  token_endpoint_auth_method: client_secret_basic");
        var file = Path.Combine(folder, "..", "post.secret");
        File.WriteAllText(file, Secret + "\n");
        Write(folder, "post", Post, $"secret: {{ file: {Path.GetFullPath(file)} }}\n  token_endpoint_auth_method: client_secret_post");
        Write(folder, "secret-jwt", SecretJwt, $"secret: {Secret}\n  token_endpoint_auth_method: client_secret_jwt");
        Write(folder, "private-key", PrivateKey, $"token_endpoint_auth_method: private_key_jwt\n  jwks: '{Jwks("inline", Key)}'");
        Write(folder, "published", Published, $"token_endpoint_auth_method: private_key_jwt\n  jwks_uri: {JwksAddress}keys");
        Write(folder, "unreachable", Unreachable, "token_endpoint_auth_method: private_key_jwt\n  jwks_uri: https://169.254.169.254/latest/meta-data");
        Write(folder, "hub", Hub, $"secret: {Secret}\n  introspection: tenant");
    }

    /// <summary>A key set with one key.</summary>
    public static string Jwks(string kid, ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return $$"""{"keys":[{"kty":"EC","crv":"P-256","kid":"{{kid}}","use":"sig","x":"{{Base64Url.EncodeToString(point.X!)}}","y":"{{Base64Url.EncodeToString(point.Y!)}}"}]}""";
    }

    /// <summary>The claims of a good assertion of a client; good once.</summary>
    public static Dictionary<string, object> Claims(string client)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return new()
        {
            ["iss"] = client,
            ["sub"] = client,
            ["aud"] = "https://id.shop.test",
            ["iat"] = now,
            ["exp"] = now + 60,
            ["jti"] = Guid.NewGuid().ToString(),
        };
    }

    /// <summary>Signs claims with a key.</summary>
    public static string Sign(Dictionary<string, object> claims, ECDsa key, Dictionary<string, object>? header = null)
    {
        var input = Input(claims, header ?? new() { ["alg"] = "ES256" });
        return $"{input}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256))}";
    }

    /// <summary>Signs claims with a secret.</summary>
    public static string Sign(Dictionary<string, object> claims, byte[] secret)
    {
        var input = Input(claims, new() { ["alg"] = "HS256" });
        return $"{input}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input)))}";
    }

    /// <summary>What would be signed.</summary>
    public static string Input(Dictionary<string, object> claims, Dictionary<string, object> header) =>
        $"{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(header))}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";

    /// <summary>A form with an assertion.</summary>
    public static Dictionary<string, string> With(string assertion, params (string Name, string Value)[] more) => new(more.Select(static pair => KeyValuePair.Create(pair.Name, pair.Value)))
    {
        ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ["client_assertion"] = assertion,
    };

    /// <summary>Posts a form to the server.</summary>
    public static async Task<(HttpStatusCode Status, string Body, HttpResponseMessage Answer)> Send(
        Uri server, string path, Dictionary<string, string> form, string? basic = null, string? accept = null)
    {
        using var client = new HttpClient { BaseAddress = server };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Host = "id.shop.test";
        if (basic is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(basic)));
        }

        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        var answer = await client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer);
    }

    private static void Write(string folder, string name, string ident, string more) => File.WriteAllText(Path.Combine(folder, $"shop-{name}.yaml"),
        $$"""
        name: shop-{{name}}
        config:
          ident: {{ident}}
          tenantname: shop
          redirect_urls: []
          grant_types: [client_credentials]
          scopes: ["orders:*"]
          {{more}}
        """);
}
