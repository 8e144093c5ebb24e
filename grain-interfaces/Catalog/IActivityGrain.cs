using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.GrainInterfaces.Catalog;

/// <summary>One tenant at work: what happened at it. Key: tenant name.</summary>
[Alias("uitsmijter.tenant")]
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>Counts what a process noticed; durable before it returns. The same report again is not counted again.</summary>
    /// <param name="report">The report.</param>
    [Alias("count"), Idempotent]
    Task Count(ActivityReport report);

    /// <summary>The counts, as storage has them.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Alias("read"), Idempotent]
    Task<Activity> Read(CancellationToken cancellationToken);
}

/// <summary>One client at work: what happened at it. Key: ident of the client, lower case with hyphens.</summary>
[Alias("uitsmijter.client")]
public interface IClientGrain : IGrainWithStringKey
{
    /// <inheritdoc cref="ITenantGrain.Count"/>
    [Alias("count"), Idempotent]
    Task Count(ActivityReport report);

    /// <inheritdoc cref="ITenantGrain.Read"/>
    [Alias("read"), Idempotent]
    Task<Activity> Read(CancellationToken cancellationToken);
}

/// <summary>What happened at a tenant or client, as far as it was reported: gateways and silos do so every ten seconds.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.activity")]
public sealed record Activity
{
    /// <summary>Sessions that are open: at a client those in which it was given something.</summary>
    [Id(0)] public required long OpenSessions { get; init; }

    /// <summary>Sessions that ever began.</summary>
    [Id(1)] public required long BegunSessions { get; init; }

    /// <summary>Attempts to log in or to get tokens that were refused.</summary>
    [Id(2)] public required long Denied { get; init; }

    /// <summary>When a session began last; null for never.</summary>
    [Id(3)] public DateTimeOffset? LastUse { get; init; }

    /// <summary>When an attempt was refused last; null for never.</summary>
    [Id(4)] public DateTimeOffset? LastDenied { get; init; }
}
