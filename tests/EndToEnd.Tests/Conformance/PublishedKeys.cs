using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Uitsmijter.Actors.EndToEnd.Tests.Conformance;

/// <summary>A client's <c>jwks_uri</c> on this machine, with one key at a time.</summary>
internal sealed class PublishedKeys
{
    private volatile RsaSecurityKey _key = Fresh();

    private PublishedKeys(string address) => Address = address;

    /// <summary>The one of this run; it ends with the process.</summary>
    public static PublishedKeys OfThisRun { get; } = Start();

    /// <summary>Where the set is.</summary>
    public string Address { get; }

    /// <summary>Puts a new key with a new id in the place of the old one.</summary>
    public void Rotate() => _key = Fresh();

    /// <summary>An assertion of a client, signed with the key of now (RFC 7523 §2.2).</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="audience">The provider.</param>
    public string Assertion(string clientId, string audience) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = clientId,
        Audience = audience,
        IssuedAt = DateTime.UtcNow,
        Expires = DateTime.UtcNow.AddMinutes(1),
        Claims = new Dictionary<string, object> { ["sub"] = clientId, ["jti"] = Guid.NewGuid().ToString() },
        SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.RsaSha256),
    });

    private static RsaSecurityKey Fresh() => new(RSA.Create(2048)) { KeyId = Guid.NewGuid().ToString("N") };

    private static PublishedKeys Start()
    {
        var address = $"http://localhost:{Ports.Free(1)[0]}/";
        var keys = new PublishedKeys(address + "jwks.json");
        var listener = new HttpListener();
        listener.Prefixes.Add(address);
        listener.Start();
        _ = keys.Serve(listener);
        return keys;
    }

    private async Task Serve(HttpListener listener)
    {
        while (true)
        {
            var context = await listener.GetContextAsync();
            var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(_key);
            var body = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = key.Kid, n = key.N, e = key.E } } }));
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(body);
            context.Response.Close();
        }
    }
}
