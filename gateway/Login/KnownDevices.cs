using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Login;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>
/// Remembers, sealed in a cookie, which user names have logged in with this browser. Their attempts are counted apart from those of
/// strangers, so nobody can lock a person out by guessing passwords for the name (attack group 36). It opens nothing by itself.
/// </summary>
internal sealed class KnownDevices(IDataProtectionProvider protection, TimeProvider clock)
{
    private const string Use = "uitsmijter/known-device/v1";
    private const int MostNames = 5;
    private const int IdBytes = 16;

    /// <summary>Opening one is real work, and a browser has one; a second is somebody's on plain http.</summary>
    private const int MostCookies = 4;

    /// <summary>Sealing keys open for at least this long.</summary>
    private static readonly TimeSpan _life = TimeSpan.FromDays(90);

    private readonly TenantSeals _seals = new(protection, Use);

    /// <summary>The id under which this browser's attempts for a name are counted, or null when it never logged in with it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="keys">The tenant's keys.</param>
    /// <param name="userName">The name as typed.</param>
    public string? IdFor(HttpContext context, Visit visit, TenantKeys keys, string userName)
    {
        if (Read(context, visit) is not [_, ..] held)
        {
            // Most browsers come without the cookie.
            return null;
        }

        var hash = HashOf(visit, keys, userName);
        return held.FirstOrDefault(name => name.Hash == hash)?.Id;
    }

    /// <summary>Remembers that a name has just logged in with this browser.</summary>
    /// <inheritdoc cref="IdFor" path="/param"/>
    public void Remember(HttpContext context, Visit visit, TenantKeys keys, string userName)
    {
        var now = clock.GetUtcNow();
        var hash = HashOf(visit, keys, userName);
        var held = Read(context, visit);
        var own = held.FirstOrDefault(name => name.Hash == hash)
            ?? new KnownName(hash, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes)));
        var device = new KnownDevice([own, .. held.Where(name => name.Hash != hash).Take(MostNames - 1)], now);
        var value = Base64Url.EncodeToString(_seals.Of(visit.Tenant.Name).Protect(JsonSerializer.SerializeToUtf8Bytes(device, KnownDeviceJson.Default.KnownDevice)));
        SessionCookieWriter.Set(context.Response, CookieNames.KnownDevice(visit.Tenant, visit.Secure), value, now, _life, null, visit.Secure);
    }

    private ImmutableArray<KnownName> Read(HttpContext context, Visit visit)
    {
        foreach (var value in CookieJar.Values(context.Request, CookieNames.KnownDevice(visit.Tenant, visit.Secure)).Take(MostCookies))
        {
            try
            {
                var device = JsonSerializer.Deserialize(_seals.Of(visit.Tenant.Name).Unprotect(Base64Url.DecodeFromChars(value)), KnownDeviceJson.Default.KnownDevice);
                if (device is not null && clock.GetUtcNow() < device.Issued + _life)
                {
                    return device.Names;
                }
            }
            catch (Exception malformed) when (malformed is CryptographicException or FormatException or JsonException)
            {
                // Not ours, or of a ring long gone: a stranger's browser.
            }
        }

        return [];
    }

    // The name as typed, not as it is counted: José's browser is not known to be jose's.
    private static string HashOf(Visit visit, TenantKeys keys, string userName)
    {
        Span<byte> hash = stackalloc byte[KeyedHashes.Length];
        KeyedHashes.Of(keys.NameKey.Key, Encoding.UTF8.GetBytes($"known\0{visit.Tenant.Name}\0{userName}"), hash);
        return Convert.ToHexStringLower(hash);
    }
}

/// <summary>What the cookie holds.</summary>
/// <param name="Names">Names that logged in, newest first.</param>
/// <param name="Issued">When the newest did.</param>
internal sealed record KnownDevice(ImmutableArray<KnownName> Names, DateTimeOffset Issued);

/// <summary>One name.</summary>
/// <param name="Hash">Keyed hash of the normalised name.</param>
/// <param name="Id">Random id of the pair of browser and name.</param>
internal sealed record KnownName(string Hash, string Id);

[JsonSerializable(typeof(KnownDevice))]
internal sealed partial class KnownDeviceJson : JsonSerializerContext;
