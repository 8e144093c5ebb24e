using System.Collections.Immutable;
using Acornima.Ast;
using Jint;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>
/// One version of a tenant's provider scripts with what is made of it once: the parsed script and the tenant's connections. It lives as
/// long as the catalog entry it belongs to.
/// </summary>
internal sealed class TenantScripts
{
    private readonly Lazy<Prepared<Script>> _prepared;
    private readonly Lazy<ScriptFetcher> _fetcher;

    /// <summary>Remembers where to find things; parsing waits for the first run.</summary>
    public TenantScripts(TenantEntry entry, Func<EgressRules, ScriptFetcher> fetcher, bool loopback)
    {
        Tenant = entry.Tenant.Name;
        Sources = entry.Providers;
        Settings = entry.Scripts;
        _prepared = new(() => PreparedProviders.Parse(Sources));
        _fetcher = new(() => fetcher(EgressRules.Of(Settings, loopback)));
    }

    /// <summary>The tenant's name.</summary>
    public string Tenant { get; }

    /// <summary>The scripts in their order.</summary>
    public ImmutableArray<string> Sources { get; }

    /// <summary>The tenant's rules.</summary>
    public ScriptSettings Settings { get; }

    /// <summary>The tenant's web client.</summary>
    public ScriptFetcher Fetcher => _fetcher.Value;

    /// <summary>The parsed script. A script that cannot be parsed fails the same way every time, and is parsed only once.</summary>
    /// <exception cref="ScriptPreparationException">The script is broken.</exception>
    public Prepared<Script> Prepared => _prepared.Value;
}
