using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>
/// Proves to the authorization endpoint that a login happened for this very request (contract http.md §5.1 <c>loginid</c>): sealed, bound to tenant,
/// session and the bytes of the request, good for 120 s and once (W44). One that is stale, foreign or forged proves nothing; the person logs in again.
/// </summary>
internal sealed class LoginIds(IDataProtectionProvider protection, IGrainFactory grains, TimeProvider clock)
{
    private const string Purpose = "loginid";
    private const int MaxLength = 1024;

    private static readonly TimeSpan _life = TimeSpan.FromSeconds(120);

    /// <summary>The target of a login with its proof appended; every other byte stays (contract http.md §9.2).</summary>
    /// <param name="visit">The visit whose target is a request for a code.</param>
    /// <param name="sid">The new session.</param>
    public string Append(Visit visit, string sid)
    {
        // One that was used up before would make two of them, and the whole request one that cannot be read.
        var request = Strip(visit.Target.Text);
        var content = new LoginIdContent(sid, DigestOf(request), clock.GetUtcNow());
        var text = Base64Url.EncodeToString(Protector(visit.Tenant.Name).Protect(JsonSerializer.SerializeToUtf8Bytes(content, LoginIdJson.Default.LoginIdContent)));
        var separator = request.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        return $"{request}{separator}{OAuthParameters.LoginId}={text}";
    }

    /// <summary>A request without the proof at its end.</summary>
    /// <param name="target">Path and query.</param>
    public static string Strip(string target)
    {
        var at = target.LastIndexOf($"{OAuthParameters.LoginId}=", StringComparison.Ordinal);
        return at > 0 && target[at - 1] is ('&' or '?') && !target[at..].Contains('&', StringComparison.Ordinal) ? target[..(at - 1)] : target;
    }

    /// <summary>The session a request proves a login of; null when it proves none. Uses the proof up.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="target">Path and query as they were sent.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<string?> Use(string tenant, string target, CancellationToken cancellationToken)
    {
        var at = target.LastIndexOf($"{OAuthParameters.LoginId}=", StringComparison.Ordinal);
        if (at <= 0 || target[at - 1] is not ('&' or '?') || target.Length - at > MaxLength || Open(tenant, target[(at + OAuthParameters.LoginId.Length + 1)..]) is not { } content)
        {
            return null;
        }

        var now = clock.GetUtcNow();
        var isGood = content.Issued <= now + TimeSpan.FromMinutes(1) && now < content.Issued + _life && content.Request == DigestOf(target[..(at - 1)]);
        return isGood && await grains.GetGrain<IProofGrain>(Digests.KeyOf(Purpose, tenant, target[at..])).TryUse(content.Issued + _life, cancellationToken)
            ? content.Sid
            : null;
    }

    private LoginIdContent? Open(string tenant, string text)
    {
        try
        {
            // One spelling only: what counts once is the text, and padding would make it another one.
            var sealedBytes = Base64Url.DecodeFromChars(text);
            return Base64Url.EncodeToString(sealedBytes) == text
                ? JsonSerializer.Deserialize(Protector(tenant).Unprotect(sealedBytes), LoginIdJson.Default.LoginIdContent)
                : null;
        }
        catch (Exception failure) when (failure is CryptographicException or FormatException or JsonException)
        {
            // Not ours, or sealed by a key that is gone.
            return null;
        }
    }

    private IDataProtector Protector(string tenant) => protection.CreateProtector("uitsmijter/login-id/v1", tenant);

    private static string DigestOf(string target) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(target)));
}

/// <summary>What a login id holds.</summary>
/// <param name="Sid">The session.</param>
/// <param name="Request">SHA-256 of the request without the login id.</param>
/// <param name="Issued">When the login happened.</param>
internal sealed record LoginIdContent(string Sid, string Request, DateTimeOffset Issued);

[JsonSerializable(typeof(LoginIdContent))]
internal sealed partial class LoginIdJson : JsonSerializerContext;
