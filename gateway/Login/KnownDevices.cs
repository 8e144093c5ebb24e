using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Login;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>
/// Remembers, in a cookie under a keyed hash, which user names have logged in with this browser. Their attempts are counted apart from those of
/// strangers, so nobody can lock a person out by guessing passwords for the name (attack group 36). It opens nothing by itself. It tells no names, and
/// not whether two browsers belong to one person: each name is hashed under a key of the cluster together with its random id.
/// </summary>
internal sealed class KnownDevices(TimeProvider clock)
{
    private const string Use = "known-device/v1";
    private const string NameUse = "known";
    private const char Separator = '.';
    private const int MostNames = 5;
    private const int IdBytes = 16;

    /// <summary>Judging one is real work, and a browser has one; a second is somebody's on plain http.</summary>
    private const int MostCookies = 4;

    private static readonly TimeSpan _life = TimeSpan.FromDays(90);

    /// <summary>The id under which this browser's attempts for a name are counted, or null when it never logged in with it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="keys">The tenant's keys.</param>
    /// <param name="userName">The name as typed.</param>
    public string? IdFor(HttpContext context, Visit visit, TenantKeys keys, string userName)
    {
        if (Read(context, visit, keys) is not [_, ..] held)
        {
            // Most browsers come without the cookie.
            return null;
        }

        return held.FirstOrDefault(name => Is(name, visit, keys, userName))?.Id;
    }

    /// <summary>Remembers that a name has just logged in with this browser.</summary>
    /// <inheritdoc cref="IdFor" path="/param"/>
    public void Remember(HttpContext context, Visit visit, TenantKeys keys, string userName)
    {
        var now = clock.GetUtcNow();
        var held = Read(context, visit, keys);
        var own = held.FirstOrDefault(name => Is(name, visit, keys, userName)) ?? Fresh(visit, keys, userName);
        var device = new KnownDevice([own, .. held.Where(name => name != own).Take(MostNames - 1)], now);
        var content = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(device, KnownDeviceJson.Default.KnownDevice));
        var value = $"{content}{Separator}{HashOf(visit, keys, Use, content)}";
        SessionCookieWriter.Set(context.Response, CookieNames.KnownDevice(visit.Tenant, visit.Secure), value, now, _life, null, visit.Secure);
    }

    private ImmutableArray<KnownName> Read(HttpContext context, Visit visit, TenantKeys keys)
    {
        foreach (var value in CookieJar.Values(context.Request, CookieNames.KnownDevice(visit.Tenant, visit.Secure)).Take(MostCookies))
        {
            if (Open(visit, keys, value) is { Names.IsDefault: false } device && clock.GetUtcNow() < device.Issued + _life)
            {
                return device.Names;
            }
        }

        return [];
    }

    /// <summary>Null for what is not ours, or of secrets long gone: a stranger's browser. Nothing is read of it before its hash is right.</summary>
    private static KnownDevice? Open(Visit visit, TenantKeys keys, string value)
    {
        if (value.Split(Separator) is not [var content, var given])
        {
            return null;
        }

        var expected = Encoding.ASCII.GetBytes(HashOf(visit, keys, Use, content));
        if (!CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(given)))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(Base64Url.DecodeFromChars(content), KnownDeviceJson.Default.KnownDevice);
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException)
        {
            // Made by us and yet unreadable: another version.
            return null;
        }
    }

    private static KnownName Fresh(Visit visit, TenantKeys keys, string userName)
    {
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));
        return new KnownName(HashOf(visit, keys, NameUse, NameWith(id, userName)), id);
    }

    private static bool Is(KnownName name, Visit visit, TenantKeys keys, string userName) => name.Hash == HashOf(visit, keys, NameUse, NameWith(name.Id, userName));

    // As typed, not as it is counted: José's browser is not known to be jose's.
    private static string NameWith(string id, string userName) => $"{id}\0{userName}";

    // The use stands first and is none of the kinds in ThrottleKeyRules: no hash is good in two places.
    private static string HashOf(Visit visit, TenantKeys keys, string use, string what)
    {
        Span<byte> hash = stackalloc byte[KeyedHashes.Length];
        KeyedHashes.Of(keys.NameKey.Key, Encoding.UTF8.GetBytes($"{use}\0{visit.Tenant.Name}\0{what}"), hash);
        return Convert.ToHexStringLower(hash);
    }
}

/// <summary>What the cookie holds.</summary>
/// <param name="Names">Names that logged in, newest first.</param>
/// <param name="Issued">When the newest did.</param>
internal sealed record KnownDevice(ImmutableArray<KnownName> Names, DateTimeOffset Issued);

/// <summary>One name.</summary>
/// <param name="Hash">Keyed hash of id and name.</param>
/// <param name="Id">Random id of the pair of browser and name.</param>
internal sealed record KnownName(string Hash, string Id);

[JsonSerializable(typeof(KnownDevice))]
internal sealed partial class KnownDeviceJson : JsonSerializerContext;
