using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Login.Scripts;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Grains.Authorization;

/// <summary>
/// The public keys clients sign with: those of the configuration, and those at a <c>jwks_uri</c>. An address of configuration that others may write is asked
/// by the tenant's egress rules, with private networks closed (attack group 42): resolved addresses judged at the connection, no redirects, short time, small answers.
/// </summary>
public sealed partial class ClientKeys
{
    /// <summary>How long a fetched set serves.</summary>
    internal static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    /// <summary>Least time between two fetches for a key that is not in the set: an attacker's key ids must not become requests.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Least time between two fetches while they fail.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private const int MostSources = 10_000;
    private static readonly TimeSpan _time = TimeSpan.FromSeconds(5);
    private static readonly ScriptLimits _limits = ScriptLimits.For(_time) with { Redirects = 0, FetchBody = 64 * 1024 };

    private readonly ConcurrentDictionary<string, ImmutableArray<ClientKey>> _inline = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Tenant, string Address), Source> _sources = new();
    private readonly CatalogEntries _catalog;
    private readonly ServerSettings _settings;
    private readonly HostResolver _resolve;
    private readonly TimeProvider _clock;
    private readonly ILogger<ClientKeys> _logger;

    /// <summary>Made by the silo.</summary>
    internal ClientKeys(CatalogEntries catalog, ServerSettings settings, HostResolver resolve, TimeProvider clock, ILogger<ClientKeys> logger) =>
        (_catalog, _settings, _resolve, _clock, _logger) = (catalog, settings, resolve, clock, logger);

    /// <summary>A client's keys; null when they cannot be had at the moment.</summary>
    /// <param name="client">The client.</param>
    /// <param name="keyId">The key that is looked for, or null for any.</param>
    /// <param name="cancellationToken">Stops waiting, not the fetch: others wait for it too.</param>
    public async ValueTask<ImmutableArray<ClientKey>?> Of(Client client, string? keyId, CancellationToken cancellationToken)
    {
        if (client.JwksJson is { } json)
        {
            return _inline.TryGetValue(json, out var known) ? known : Remember(json);
        }

        if (client.JwksUri is not { } address)
        {
            return [];
        }

        if (_sources.Count > MostSources)
        {
            _sources.Clear();
        }

        var source = _sources.GetOrAdd((client.TenantName, address), static _ => new Source());
        return await source.Read(keyId, _clock.GetUtcNow(), () => Fetch(client.TenantName, address)).WaitAsync(cancellationToken);
    }

    private ImmutableArray<ClientKey> Remember(string json)
    {
        if (_inline.Count > MostSources)
        {
            _inline.Clear();
        }

        return _inline[json] = ClientKeySet.Read(Encoding.UTF8.GetBytes(json)) ?? [];
    }

    /// <summary>The keys at an address; null when there are none, whatever the reason.</summary>
    private async Task<ImmutableArray<ClientKey>?> Fetch(string tenantName, string address)
    {
        ImmutableArray<ClientKey>? keys = null;
        string? why;
        try
        {
            (keys, why) = await Ask(tenantName, address);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The message could hold anything a stranger's server sent, the type cannot.
            why = failure.GetType().Name;
        }

        if (why is not null)
        {
            var shown = address.Split('?')[0];
            LogFailed(tenantName, shown, why);
        }

        return keys;
    }

    private async Task<(ImmutableArray<ClientKey>? Keys, string? Why)> Ask(string tenantName, string address)
    {
        if (_catalog.Tenant(tenantName) is not { } tenant || !Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            return (null, "the tenant is gone, or it is no address");
        }

        using var deadline = new CancellationTokenSource(_time);
        using var fetcher = new ScriptFetcher(EgressRules.OfClients(tenant.Scripts, loopback: !_settings.IsProduction), _resolve);
        var request = new FetchRequest { Url = uri, Method = "GET", Headers = [KeyValuePair.Create("Accept", "application/jwk-set+json, application/json")] };
        return await fetcher.Send(request, _limits, deadline.Token) switch
        {
            FetchOutcome.Answered { Status: 200, Body: var body } => ClientKeySet.Read(Encoding.UTF8.GetBytes(body)) is { IsEmpty: false } keys
                ? (keys, null)
                : (null, "the answer is no JWK set with a usable public key"),
            FetchOutcome.Answered { Status: var status } => (null, string.Create(CultureInfo.InvariantCulture, $"it answered {status}")),
            FetchOutcome.Failed { Message: var message } => (null, message),
            _ => (null, "no answer"),
        };
    }

    [LoggerMessage(LogLevel.Warning, "The keys of a client of tenant {Tenant} at {Address} cannot be had: {Why}. Its assertions are refused until they can.")]
    private partial void LogFailed(string tenant, string address, string why);

    /// <summary>One address: what it last said, and the one fetch that may be under way.</summary>
    internal sealed class Source
    {
        private readonly Lock _gate = new();
        private ImmutableArray<ClientKey>? _keys;
        private DateTimeOffset _fetchedAt;
        private DateTimeOffset _triedAt;
        private bool _failed;
        private Task<ImmutableArray<ClientKey>?>? _running;

        /// <summary>The keys, fetched where it is time; null when they cannot be had.</summary>
        public Task<ImmutableArray<ClientKey>?> Read(string? keyId, DateTimeOffset now, Func<Task<ImmutableArray<ClientKey>?>> fetch)
        {
            lock (_gate)
            {
                var fresh = IsWithin(_fetchedAt, now, Life) ? _keys : null;
                if (fresh is { } keys && (keyId is null || keys.Any(key => key.KeyId is null || key.KeyId == keyId)))
                {
                    return Task.FromResult(_keys);
                }

                if (_running is { IsCompleted: false } running)
                {
                    return running;
                }

                if (fresh is not null && IsWithin(_triedAt, now, Interval))
                {
                    return Task.FromResult(_failed ? null : fresh);
                }

                if (_failed && IsWithin(_triedAt, now, Pause))
                {
                    return Task.FromResult<ImmutableArray<ClientKey>?>(null);
                }

                _triedAt = now;
                return _running = Task.Run(() => Renew(now, fetch));
            }
        }

        // A clock that was ahead and is right again must not keep a key that was taken back for as long as it was ahead.
        private static bool IsWithin(DateTimeOffset since, DateTimeOffset now, TimeSpan time) => (now - since).Duration() < time;

        private async Task<ImmutableArray<ClientKey>?> Renew(DateTimeOffset now, Func<Task<ImmutableArray<ClientKey>?>> fetch)
        {
            var keys = await fetch();
            lock (_gate)
            {
                _failed = keys is null;
                if (keys is not null)
                {
                    (_keys, _fetchedAt) = (keys, now);
                }
            }

            return keys;
        }
    }
}
