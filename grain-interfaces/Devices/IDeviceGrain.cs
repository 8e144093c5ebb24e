using System.Collections.Immutable;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Protocol.Grants;

namespace Uitsmijter.Actors.GrainInterfaces.Devices;

/// <summary>One device that waits for a person (RFC 8628). Key: hex SHA-256 of the device code.</summary>
[Alias("uitsmijter.device")]
public interface IDeviceGrain : IGrainWithStringKey
{
    /// <summary>Starts the wait; durable before it returns.</summary>
    /// <param name="request">What the device asks for.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    /// <returns>False when the key is taken.</returns>
    [Alias("start")]
    Task<bool> Start(StartDevice request, CancellationToken cancellationToken);

    /// <summary>What waits here, for the page that asks the person.</summary>
    /// <param name="tenant">Must be the device's tenant.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when unknown, expired, or of another tenant.</returns>
    [Alias("look"), Idempotent]
    Task<DeviceView?> Look(string tenant, CancellationToken cancellationToken);

    /// <summary>The person says yes. True for exactly one answer, by the conditional write.</summary>
    /// <param name="facts">What was agreed.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("approve")]
    Task<bool> Approve(GrantFacts facts, CancellationToken cancellationToken);

    /// <summary>The person says no. True for exactly one answer, by the conditional write.</summary>
    /// <param name="tenant">Must be the device's tenant.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("deny")]
    Task<bool> Deny(string tenant, CancellationToken cancellationToken);

    /// <summary>The device asks (RFC 8628 §3.4, §3.5); tokens are given once, by the conditional write.</summary>
    /// <param name="request">What the device sent.</param>
    /// <param name="cancellationToken">Stops waiting, not the writes.</param>
    [Alias("poll")]
    Task<TokenOutcome> Poll(PollDevice request, CancellationToken cancellationToken);
}

/// <summary>Finds the device behind what a person types. Key: tenant and keyed hash of the normalised user code.</summary>
[Alias("uitsmijter.user-code")]
public interface IUserCodeGrain : IGrainWithStringKey
{
    /// <summary>Takes the user code for a device: true for exactly one, by the conditional write.</summary>
    /// <param name="device">Key of the <see cref="IDeviceGrain"/>.</param>
    /// <param name="life">Life of the code.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("claim")]
    Task<bool> Claim(string device, TimeSpan life, CancellationToken cancellationToken);

    /// <summary>Key of the device, or null.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Alias("find"), Idempotent]
    Task<string?> Find(CancellationToken cancellationToken);
}

/// <summary>A device request.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.devices.start")]
public sealed record StartDevice
{
    /// <summary>Tenant name.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>The client.</summary>
    [Id(1)] public required Guid Client { get; init; }

    /// <summary>Scopes, already those the client may ask for.</summary>
    [Id(2)] public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>Resources (RFC 8707).</summary>
    [Id(3)] public ImmutableArray<string> Resources { get; init; } = [];

    /// <summary>Life of the request.</summary>
    [Id(4)] public required TimeSpan Life { get; init; }

    /// <summary>Least distance between polls.</summary>
    [Id(5)] public required TimeSpan Interval { get; init; }
}

/// <summary>A device as the person sees it.</summary>
/// <param name="Client">The client.</param>
/// <param name="Scopes">What it asks for.</param>
/// <param name="Resources">Where it wants to use it.</param>
/// <param name="IsPending">False once somebody answered.</param>
[GenerateSerializer, Immutable, Alias("uitsmijter.devices.view")]
public sealed record DeviceView(
    [property: Id(0)] Guid Client,
    [property: Id(1)] ImmutableArray<string> Scopes,
    [property: Id(2)] ImmutableArray<string> Resources,
    [property: Id(3)] bool IsPending);

/// <summary>A poll. Never printed.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.devices.poll")]
public sealed record PollDevice
{
    /// <summary>Who polls.</summary>
    [Id(0)] public required ClientProof Client { get; init; }

    /// <summary>Thumbprint of the key of a verified DPoP proof, or null.</summary>
    [Id(1)] public string? Jkt { get; init; }

    /// <summary>How to mint.</summary>
    [Id(2)] public required MintTerms Terms { get; init; }

    /// <summary>The proof <see cref="Jkt"/> comes from: used up by every poll of the device's own, also by one that has to wait; null without one.</summary>
    [Id(3)] public ProofUse? Proof { get; init; }

    /// <inheritdoc />
    public override string ToString() => "PollDevice { *** }";
}
