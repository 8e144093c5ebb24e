using System.Collections.Immutable;
using System.Net;
using Uitsmijter.Actors.Protocol.Keys;

namespace Uitsmijter.Actors.Protocol.Login;

/// <summary>
/// Keys of the counters of failed logins, which tell neither names nor addresses (<see cref="NamedKeys"/>).
/// </summary>
/// <remarks>
/// How a login uses them: always <see cref="Network"/>, and beside it <see cref="Device"/> when the browser brings a signed
/// token that says it logged in as this user before, else <see cref="User"/>. Strangers who exhaust the counter of a user name
/// so lock out each other, not the person in front of a known browser. An attempt goes on only when all counters asked allow it.
/// </remarks>
public static class ThrottleKeyRules
{
    /// <summary>Counter of one user name of a tenant, whoever types it.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="nameKey">The tenant's name key.</param>
    /// <param name="userName">The name as typed; normalised here.</param>
    public static string User(string tenant, ImmutableArray<byte> nameKey, string userName) =>
        Of(tenant, ThrottleKind.User, nameKey, UserNameRules.Normalise(userName));

    /// <summary>Counter of everything that comes from one network.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="nameKey">The tenant's name key.</param>
    /// <param name="address">The client's address; normalised here.</param>
    public static string Network(string tenant, ImmutableArray<byte> nameKey, IPAddress address) =>
        Of(tenant, ThrottleKind.Network, nameKey, NetworkRules.Normalise(address));

    /// <summary>Counter of one user name in one browser that has logged in with this name before.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="nameKey">The tenant's name key.</param>
    /// <param name="userName">The name as typed; normalised here.</param>
    /// <param name="deviceId">The random id from the browser's signed token; the caller has checked that it was made for this user name.</param>
    public static string Device(string tenant, ImmutableArray<byte> nameKey, string userName, string deviceId) =>
        Of(tenant, ThrottleKind.Device, nameKey, $"{UserNameRules.Normalise(userName)}\0{deviceId}");

    /// <summary>Counter of wrong user codes from one network.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="nameKey">The tenant's name key.</param>
    /// <param name="address">The client's address; normalised here.</param>
    public static string UserCodeOfNetwork(string tenant, ImmutableArray<byte> nameKey, IPAddress address) =>
        Of(tenant, ThrottleKind.UserCode, nameKey, $"network\0{NetworkRules.Normalise(address)}");

    /// <summary>Counter of wrong user codes of one person, wherever they type.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="nameKey">The tenant's name key.</param>
    /// <param name="subject">Subject of the person's session.</param>
    public static string UserCodeOfPerson(string tenant, ImmutableArray<byte> nameKey, string subject) =>
        Of(tenant, ThrottleKind.UserCode, nameKey, $"person\0{subject}");

    /// <summary>Counter of the devices one client started in one network.</summary>
    /// <inheritdoc cref="OfClient" path="/param"/>
    public static string DeviceStart(string tenant, ImmutableArray<byte> nameKey, Guid client, IPAddress address) => OfClient(tenant, ThrottleKind.DeviceStart, nameKey, client, address);

    /// <summary>Counter of the authorization requests one client pushed from one network.</summary>
    /// <inheritdoc cref="OfClient" path="/param"/>
    public static string PushedRequest(string tenant, ImmutableArray<byte> nameKey, Guid client, IPAddress address) => OfClient(tenant, ThrottleKind.PushedRequest, nameKey, client, address);

    /// <summary>Counter of the wrong secrets one network tried for one client.</summary>
    /// <inheritdoc cref="OfClient" path="/param"/>
    public static string ClientSecret(string tenant, ImmutableArray<byte> nameKey, Guid client, IPAddress address) => OfClient(tenant, ThrottleKind.ClientSecret, nameKey, client, address);

    /// <summary>What a key counts; the strictest kind for a key of another shape.</summary>
    /// <param name="key">A key made here.</param>
    public static ThrottleKind KindOf(string key)
    {
        var parts = key.Split(NamedKeys.Separator);
        return parts.Length < 3 ? ThrottleKind.User : parts[^2] switch
        {
            NetworkSegment => ThrottleKind.Network,
            DeviceSegment => ThrottleKind.Device,
            UserCodeSegment => ThrottleKind.UserCode,
            DeviceStartSegment => ThrottleKind.DeviceStart,
            PushedRequestSegment => ThrottleKind.PushedRequest,
            ClientSecretSegment => ThrottleKind.ClientSecret,
            _ => ThrottleKind.User,
        };
    }

    private const string UserSegment = "user";
    private const string NetworkSegment = "network";
    private const string DeviceSegment = "device";
    private const string UserCodeSegment = "user-code";
    private const string DeviceStartSegment = "device-start";
    private const string PushedRequestSegment = "pushed-request";
    private const string ClientSecretSegment = "client-secret";

    /// <param name="tenant">Tenant name.</param>
    /// <param name="kind">What is counted.</param>
    /// <param name="nameKey">The tenant's name key.</param>
    /// <param name="client">Ident of the client.</param>
    /// <param name="address">Where the request came from; normalised here.</param>
    private static string OfClient(string tenant, ThrottleKind kind, ImmutableArray<byte> nameKey, Guid client, IPAddress address) =>
        Of(tenant, kind, nameKey, $"{client:N}\0{NetworkRules.Normalise(address)}");

    private static string Of(string tenant, ThrottleKind kind, ImmutableArray<byte> nameKey, string what)
    {
        var segment = kind switch
        {
            ThrottleKind.Network => NetworkSegment,
            ThrottleKind.Device => DeviceSegment,
            ThrottleKind.UserCode => UserCodeSegment,
            ThrottleKind.DeviceStart => DeviceStartSegment,
            ThrottleKind.PushedRequest => PushedRequestSegment,
            ThrottleKind.ClientSecret => ClientSecretSegment,
            _ => UserSegment,
        };

        return NamedKeys.Of(tenant, segment, nameKey, what);
    }
}
