using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Uitsmijter.Actors.Benchmarks;

/// <summary>
/// Login cookies a gateway has not seen before, as many as wanted: a real one, said to be some seconds older each time and signed anew as decision 10 says
/// cookies are. So many logins would take longer than what is measured.
/// </summary>
internal sealed class ColdCookies
{
    private readonly string _name;
    private readonly string _header;
    private readonly JsonObject _claims;
    private readonly long _issuedAt;
    private readonly byte[] _key;
    private int _made;

    /// <summary>Makes cookies like one.</summary>
    /// <param name="cookie">A good one, as <c>name=value</c>.</param>
    public ColdCookies(string cookie)
    {
        var at = cookie.IndexOf('=', StringComparison.Ordinal);
        var parts = cookie[(at + 1)..].Split('.');
        (_name, _header) = (cookie[..at], parts[0]);
        _claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
        _issuedAt = _claims["iat"]!.GetValue<long>();
        var secret = Encoding.UTF8.GetBytes(Town.Secret);
        _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, SHA256.HashData(secret), Encoding.UTF8.GetBytes($"uitsmijter/sso-cookie/v1|{_claims["tenant"]}"));
    }

    /// <summary>The next ones, each different from all before. Some hundred thousand are good, before they are so old that they are renewed.</summary>
    /// <param name="count">How many.</param>
    public IEnumerable<string> Next(int count)
    {
        for (var number = 0; number < count; number++)
        {
            _claims["iat"] = _issuedAt - ++_made;
            var signed = $"{_header}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(_claims.ToJsonString()))}";
            yield return $"{_name}={signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(signed)))}";
        }
    }
}
