using System.Collections.Immutable;
using Orleans.Concurrency;
using Uitsmijter.Actors.GrainInterfaces;

namespace Uitsmijter.Actors.Grains.Sessions;

/// <summary>
/// Tells clients that a session ended (Back-Channel Logout §2.5): durable before the session ends, tried until each client has heard or is
/// given up. Key: session id.
/// </summary>
[Alias("uitsmijter.logout-delivery")]
internal interface ILogoutDeliveryGrain : IGrainWithStringKey
{
    /// <summary>Remembers whom to tell, before the session ends: a process that dies afterwards leaves the rest to the reminder. Repeating it is harmless.</summary>
    /// <param name="notice">Whose session.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("announce"), Idempotent]
    Task Announce(LogoutNotice notice, CancellationToken cancellationToken);

    /// <summary>Tells everybody who is due. Nobody waits for it: a slow client delays no logout.</summary>
    [OneWay, Alias("deliver")]
    Task Deliver();
}

/// <summary>A session that ends and the clients that may want to know.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.sessions.logout-notice")]
internal sealed record LogoutNotice
{
    /// <summary>Tenant name.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>Who was logged in.</summary>
    [Id(1)] public required string Subject { get; init; }

    /// <summary>The clients.</summary>
    [Id(2)] public required ImmutableArray<ToldClient> Clients { get; init; }

    /// <summary>True where the end needs no entry in the revocation feed, because everything of the session has expired.</summary>
    [Id(3)] public bool IsExpired { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"LogoutNotice {{ Tenant = {Tenant}, Clients = {Clients.Length} }}";
}

/// <summary>A client that is told.</summary>
/// <param name="Client">The client.</param>
/// <param name="ClientId">Its id as it spells it.</param>
[GenerateSerializer, Immutable, Alias("uitsmijter.sessions.told-client")]
internal sealed record ToldClient([property: Id(0)] Guid Client, [property: Id(1)] string ClientId);
