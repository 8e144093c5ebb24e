using System.Net;
using System.Runtime.CompilerServices;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>Keeps what was made of each catalog entry for exactly as long as the catalog keeps the entry.</summary>
internal sealed class ScriptWorkshop(ServerSettings settings, HostResolver resolve)
{
    private readonly ConditionalWeakTable<TenantEntry, TenantScripts> _made = [];

    /// <summary>The scripts of this version of the tenant.</summary>
    public TenantScripts Of(TenantEntry entry) => _made.GetValue(entry, Make);

    // A script in production has no business with the machine its silo runs on, unless the tenant's list says so.
    private TenantScripts Make(TenantEntry entry) =>
        new(entry, rules => new ScriptFetcher(rules, resolve), loopback: !settings.IsProduction);
}

/// <summary>Turns a host name into its addresses.</summary>
/// <param name="host">The name.</param>
/// <param name="cancellationToken">Gives up.</param>
internal delegate Task<IPAddress[]> HostResolver(string host, CancellationToken cancellationToken);
