using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Grains.Keys;

/// <summary>One opened private key that signs JSON Web Signatures in compact form (RFC 7515 §7.1). Not for parallel use.</summary>
internal sealed class TokenSigner : IDisposable
{
    /// <summary>Types have a plus sign, which is written as it is: not every verifier's JSON reader is thorough.</summary>
    private static readonly JsonWriterOptions _plainJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly AsymmetricAlgorithm _key;
    private string? _type;
    private string _header = "";

    /// <summary>Takes an opened key.</summary>
    /// <param name="kid">The key's id.</param>
    /// <param name="algorithm">The key's algorithm.</param>
    /// <param name="pkcs8">The private key; the caller wipes it.</param>
    public TokenSigner(string kid, SigningAlgorithm algorithm, ReadOnlySpan<byte> pkcs8)
    {
        Kid = kid;
        Algorithm = algorithm;
        _key = algorithm is SigningAlgorithm.ES256 ? ECDsa.Create() : RSA.Create();
        _key.ImportPkcs8PrivateKey(pkcs8, out _);
    }

    /// <summary>The key's id.</summary>
    public string Kid { get; }

    /// <summary>The key's algorithm.</summary>
    public SigningAlgorithm Algorithm { get; }

    /// <summary>Signs a token.</summary>
    /// <param name="type">Header parameter <c>typ</c>.</param>
    /// <param name="claimsJson">The claims as one JSON object.</param>
    public string Sign(string type, string claimsJson)
    {
        var signingInput = $"{HeaderOf(type)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claimsJson))}";
        var bytes = Encoding.ASCII.GetBytes(signingInput);
        var signature = _key switch
        {
            // RFC 7518 §3.4: R and S side by side, not the DER form other protocols use.
            ECDsa ec => ec.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
            RSA rsa when Algorithm is SigningAlgorithm.PS256 => rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            _ => ((RSA)_key).SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        };
        return $"{signingInput}.{Base64Url.EncodeToString(signature)}";
    }

    /// <inheritdoc />
    public void Dispose() => _key.Dispose();

    private string HeaderOf(string type)
    {
        if (_type == type)
        {
            return _header;
        }

        var json = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(json, _plainJson))
        {
            writer.WriteStartObject();
            writer.WriteString(JoseHeaderNames.Algorithm, Algorithm.ToString());
            writer.WriteString(JoseHeaderNames.KeyId, Kid);
            writer.WriteString(JoseHeaderNames.Type, type);
            writer.WriteEndObject();
        }

        _type = type;
        return _header = Base64Url.EncodeToString(json.WrittenSpan);
    }
}
