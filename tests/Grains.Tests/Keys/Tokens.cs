using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Grains.Tests.Keys;

/// <summary>Reads and verifies what the signing grain made, by nothing but the published keys.</summary>
internal static class Tokens
{
    public static SigningRequest Request(SigningAlgorithm algorithm) =>
        new() { Type = "at+jwt", ClaimsJson = """{"sub":"ada","profile":{"name":"Ada Löve"}}""", Algorithm = algorithm };

    public static string Kid(string token) => Header(token).GetProperty("kid").GetString()!;

    public static JsonElement Header(string token) => Part(token, 0);

    public static JsonElement Claims(string token) => Part(token, 1);

    public static bool Verify(string token, IEnumerable<PublicSigningKey> keys)
    {
        var key = keys.SingleOrDefault(each => each.Kid == Kid(token));
        return key is not null && Header(token).GetProperty("alg").GetString() == key.Algorithm.ToString() && Verify(token, key);
    }

    private static bool Verify(string token, PublicSigningKey key)
    {
        var end = token.LastIndexOf('.');
        var input = Encoding.ASCII.GetBytes(token[..end]);
        var signature = Base64Url.DecodeFromChars(token.AsSpan(end + 1));
        if (key.Algorithm is SigningAlgorithm.ES256)
        {
            using var ec = ECDsa.Create();
            ec.ImportSubjectPublicKeyInfo(key.Spki.AsSpan(), out _);
            return ec.VerifyData(input, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(key.Spki.AsSpan(), out _);
        return rsa.VerifyData(
            input, signature, HashAlgorithmName.SHA256, key.Algorithm is SigningAlgorithm.PS256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }

    private static JsonElement Part(string token, int index) =>
        JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[index])).RootElement;
}
