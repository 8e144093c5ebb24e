using System.Collections.Immutable;

namespace Uitsmijter.Actors.GrainInterfaces.Authorization;

/// <summary>One pushed authorization request (RFC 9126). Key: hex SHA-256 of the random part of its <c>request_uri</c>.</summary>
[Alias("uitsmijter.pushed-request")]
public interface IPushedRequestGrain : IGrainWithStringKey
{
    /// <summary>Stores a checked request; durable before it returns.</summary>
    /// <param name="request">The request.</param>
    /// <param name="life">How long it may be used (RFC 9126 §2.2).</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    /// <returns>False when the key is taken.</returns>
    [Alias("push")]
    Task<bool> Push(PushedRequest request, TimeSpan life, CancellationToken cancellationToken);

    /// <summary>The request while it may be used; the login page may come between, so looking does not use it up.</summary>
    /// <param name="client">The client that names the <c>request_uri</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when it is unknown, expired, used, or of another client.</returns>
    [Alias("look"), Idempotent]
    Task<PushedRequest?> Look(Guid client, CancellationToken cancellationToken);

    /// <summary>Uses it up: true for exactly one caller (RFC 9126 §4), by the conditional write.</summary>
    /// <param name="client">The client that names the <c>request_uri</c>.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("take")]
    Task<bool> Take(Guid client, CancellationToken cancellationToken);
}

/// <summary>A pushed request.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.authorization.pushed-request")]
public sealed record PushedRequest
{
    /// <summary>Tenant name.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>The client that pushed it.</summary>
    [Id(1)] public required Guid Client { get; init; }

    /// <summary>The parameters of the authorization request, without client credentials.</summary>
    [Id(2)] public required ImmutableArray<PushedParameter> Parameters { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"PushedRequest {{ Tenant = {Tenant}, Client = {Client} }}";
}

/// <summary>One parameter of a pushed request. A repeated one (<c>resource</c>) stands there several times.</summary>
/// <param name="Name">Name.</param>
/// <param name="Value">Value.</param>
[GenerateSerializer, Immutable, Alias("uitsmijter.authorization.pushed-parameter")]
public sealed record PushedParameter([property: Id(0)] string Name, [property: Id(1)] string Value)
{
    /// <inheritdoc />
    public override string ToString() => $"PushedParameter {{ Name = {Name} }}";
}
