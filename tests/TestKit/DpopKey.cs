using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Uitsmijter.Actors.TestKit;

/// <summary>A client's key for DPoP proofs (RFC 9449 §4), written after the document and with nothing of ours in it.</summary>
public sealed class DpopKey : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _x;
    private readonly string _y;

    public DpopKey()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        (_x, _y) = (Encode(point.X!), Encode(point.Y!));
    }

    /// <summary>The public key.</summary>
    public string Jwk => $$"""{"kty":"EC","crv":"P-256","x":"{{_x}}","y":"{{_y}}"}""";

    /// <summary>Its thumbprint.</summary>
    public string Jkt => Encode(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{_x}}","y":"{{_y}}"}""")));

    /// <summary>The header of an ordinary proof.</summary>
    public string Header => $$"""{"typ":"dpop+jwt","alg":"ES256","jwk":{{Jwk}}}""";

    /// <summary>The value of <c>ath</c>.</summary>
    public static string HashOf(string accessToken) => Encode(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)));

    /// <summary>A proof for a request.</summary>
    public string Proof(string method, string url, DateTimeOffset? issuedAt = null, string? nonce = null, string? accessToken = null, string? id = null)
    {
        var claims = new Dictionary<string, object>
        {
            ["jti"] = id ?? Encode(RandomNumberGenerator.GetBytes(12)),
            ["htm"] = method,
            ["htu"] = url,
            ["iat"] = (issuedAt ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds(),
        };
        if (nonce is not null)
        {
            claims["nonce"] = nonce;
        }

        if (accessToken is not null)
        {
            claims["ath"] = HashOf(accessToken);
        }

        return Sign(Header, JsonSerializer.Serialize(claims));
    }

    /// <summary>Signs any header and claims.</summary>
    public string Sign(string header, string claims)
    {
        var content = string.Create(CultureInfo.InvariantCulture, $"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(claims))}");
        return $"{content}.{Encode(_key.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256))}";
    }

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
