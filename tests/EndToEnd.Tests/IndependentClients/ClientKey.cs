using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Uitsmijter.Actors.EndToEnd.Tests.IndependentClients;

/// <summary>The key pair of the client that signs assertions, made anew in every run.</summary>
internal static class ClientKey
{
    private const string Kid = "key-of-the-client";
    private static readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The whole key as its owner has it.</summary>
    public static Dictionary<string, string> Private
    {
        get
        {
            var key = _key.ExportParameters(true);
            return new() { ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = Kid, ["x"] = Text(key.Q.X), ["y"] = Text(key.Q.Y), ["d"] = Text(key.D) };
        }
    }

    /// <summary>A JWK set of the public half.</summary>
    public static string PublicSet => JsonSerializer.Serialize(new { keys = new[] { Private.Where(static member => member.Key != "d").ToDictionary() } });

    private static string Text(byte[]? bytes) => Base64UrlEncoder.Encode(bytes);
}
