using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Fuzz.Targets;

/// <summary>A tenant with keys, and a signer written without the product's code.</summary>
internal static class Tokens
{
    /// <summary>The instant of every check.</summary>
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>The tenant: HS256, and it accepts what holders of its shared secret sign.</summary>
    public static readonly Tenant Tenant = new() { Name = "cheese", Hosts = ["cookbooks.example.test"], Interceptor = InterceptorSettings.Default with { AcceptSharedSecretBearer = true } };

    /// <summary>The tenant's issuer.</summary>
    public const string Issuer = "https://login.example.test";

    private static readonly byte[] _secret = SHA256.HashData("a secret of this fuzzer"u8);

    /// <summary>Its keys: the same bytes sign cookies and tokens, so that only types tell them apart.</summary>
    public static readonly TenantKeys Keys = new()
    {
        Tenant = Tenant.Name,
        CookieKeys = [new SymmetricKey("c", [.. _secret])],
        SharedSecrets = [new SymmetricKey("s", [.. _secret])],
        NameKey = new SymmetricKey("n", [.. _secret]),
        RefreshAt = DateTimeOffset.MaxValue,
    };

    /// <summary>Signs whatever it is given.</summary>
    public static string Sign(string header, string payload)
    {
        var signed = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header)) + "." + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload));
        return signed + "." + Base64Url.EncodeToString(HMACSHA256.HashData(_secret, Encoding.ASCII.GetBytes(signed)));
    }

    /// <summary>Whether a token bears our signature, judged without the product's code.</summary>
    public static bool IsOurs(string token)
    {
        var dot = token.LastIndexOf('.');
        return dot > 0 && token[(dot + 1)..] == Base64Url.EncodeToString(HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(token[..dot])));
    }

    /// <summary>Reads a text as one JSON object, or null.</summary>
    public static JsonObject? Json(string text)
    {
        try
        {
            return JsonNode.Parse(Encoding.UTF8.GetBytes(text)) as JsonObject;
        }
        catch (Exception none) when (none is System.Text.Json.JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A claim as text, or null.</summary>
    public static string? Text(JsonObject json, string claim)
    {
        try
        {
            return json[claim] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        }
        catch (Exception none) when (none is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A claim as whole seconds, or null.</summary>
    public static long? Seconds(JsonObject json, string claim) => json[claim] is JsonValue value && value.TryGetValue<long>(out var seconds) ? seconds : null;
}
