using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
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

    /// <summary>An assertion of a client (RFC 7523 §2.2) by Microsoft's library, good once and for a minute.</summary>
    /// <param name="clientId">Who says it.</param>
    /// <param name="audience">To whom.</param>
    public static string Assertion(string clientId, string audience)
    {
        var now = DateTime.UtcNow;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = clientId,
            Audience = audience,
            IssuedAt = now,
            Expires = now.AddMinutes(1),
            Claims = new Dictionary<string, object> { ["sub"] = clientId, ["jti"] = Guid.NewGuid().ToString() },
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(_key) { KeyId = Kid }, SecurityAlgorithms.EcdsaSha256),
        });
    }

    private static string Text(byte[]? bytes) => Base64UrlEncoder.Encode(bytes);
}
