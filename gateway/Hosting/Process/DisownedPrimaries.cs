using System.Globalization;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Uitsmijter.Actors.Hosting;

/// <summary>
/// Keeps away from a Redis that believes to be the primary while the Sentinels name another: one that was replaced and came back by its old configuration, with what it had or with nothing. The client library
/// asks the Sentinels where the primary is, and then takes whichever of its servers says that it is one. So they are asked once more before a server is spoken to. Where no Sentinel answers, nothing is refused.
/// </summary>
/// <param name="sentinels">How the Sentinels are reached.</param>
internal sealed class DisownedPrimaries(ConfigurationOptions sentinels) : Tunnel
{
    private const string Role = "role-reported";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    // Kept for the life of the process, as the connections are that it is asked for.
    private readonly Lock _lock = new();
    private Task<ConnectionMultiplexer>? _connection;

    /// <summary>Hears of a server that believes to be the primary and was not spoken to.</summary>
    public Action<EndPoint>? Refused { get; set; }

    /// <inheritdoc />
    public override async ValueTask<Stream?> BeforeAuthenticateAsync(EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken)
    {
        if (Disowning(endpoint, await Ask()) is not { } known)
        {
            return null;
        }

        if (known.GetValueOrDefault(Role) == "master")
        {
            Refused?.Invoke(endpoint);
        }

        throw new IOException($"{endpoint} is no replica at work, and the Sentinels name another one as the primary of {sentinels.ServiceName}.");
    }

    /// <summary>
    /// What disowns a server: that no Sentinel names it as the primary, and one knows it for something else than a replica at work. It says to be a primary, or has not been heard of since it was away, and what it is
    /// by then it tells those who connect to it. One that is being promoted is not disowned.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="words">What each Sentinel says.</param>
    /// <returns>What that Sentinel knows of it; null for a server that may be spoken to.</returns>
    public static IReadOnlyDictionary<string, string>? Disowning(EndPoint server, IReadOnlyList<SentinelWord> words) => words.Any(word => NameOf(word.Primary) == NameOf(server))
        ? null
        : words.SelectMany(static word => word.Servers).FirstOrDefault(known => $"{known.GetValueOrDefault("ip")}:{known.GetValueOrDefault("port")}" == NameOf(server) && !IsReplica(known));

    private static bool IsReplica(IReadOnlyDictionary<string, string> known)
    {
        var flags = known.GetValueOrDefault("flags", "").Split(',');
        return flags.Contains("promoted") || (known.GetValueOrDefault(Role) is "slave" or "replica" && !flags.Contains("s_down") && !flags.Contains("disconnected"));
    }

    private static string? NameOf(EndPoint? server) => server switch
    {
        IPEndPoint address => string.Create(CultureInfo.InvariantCulture, $"{address.Address}:{address.Port}"),
        DnsEndPoint name => string.Create(CultureInfo.InvariantCulture, $"{name.Host}:{name.Port}"),
        _ => null,
    };

    private async Task<IReadOnlyList<SentinelWord>> Ask()
    {
        try
        {
            var connection = await Connected().WaitAsync(_patience);
            return [.. (await Task.WhenAll(connection.GetServers().Where(static sentinel => sentinel.IsConnected).Select(Ask))).OfType<SentinelWord>()];
        }
        catch (Exception failure) when (IsNoAnswer(failure))
        {
            return [];
        }
    }

    /// <summary>A connection that failed to open is tried again.</summary>
    private Task<ConnectionMultiplexer> Connected()
    {
        lock (_lock)
        {
            return _connection is { IsFaulted: false, IsCanceled: false } ? _connection : _connection = ConnectionMultiplexer.SentinelConnectAsync(sentinels);
        }
    }

    private static bool IsNoAnswer(Exception failure) => failure is RedisException or RedisCommandException or TimeoutException;

    private async Task<SentinelWord?> Ask(IServer sentinel)
    {
        try
        {
            var service = sentinels.ServiceName!;
            var (named, primary, replicas) = (sentinel.SentinelGetMasterAddressByNameAsync(service), sentinel.SentinelMasterAsync(service), sentinel.SentinelReplicasAsync(service));

            // Each has its own time: one that hangs, as on a machine that died together with its primary, must not silence the others.
            await Task.WhenAll(named, primary, replicas).WaitAsync(_patience);
            return new SentinelWord(await named, [.. (await replicas).Prepend(await primary).Select(static server => server.DistinctBy(static field => field.Key).ToDictionary())]);
        }
        catch (Exception failure) when (IsNoAnswer(failure))
        {
            return null;
        }
    }
}
