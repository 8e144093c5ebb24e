using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Devices;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Grains.Authorization;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Grants;
using Uitsmijter.Actors.Grains.Revocation;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Devices;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Grains.Devices;

/// <inheritdoc cref="IDeviceGrain"/>
[GrainType("device")]
[CollectionAgeLimit(Minutes = 5)]
internal sealed class DeviceGrain(
    [PersistentState("device", StorageNames.Ephemeral)] IPersistentState<DeviceState> record,
    CatalogEntries catalog,
    ClientAuthenticator clients,
    Revocations revocations,
    TimeProvider clock) : Grain, IDeviceGrain
{
    private const int Attempts = 4;
    private readonly CheckedState<DeviceState> _stored = new(record, clock);

    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken) => catalog.UntilLoaded(cancellationToken);

    /// <inheritdoc />
    public async Task<bool> Start(StartDevice request, CancellationToken cancellationToken) =>
        (await _stored.Read()).Tenant.Length == 0 && await _stored.TryWrite(new DeviceState
        {
            Tenant = request.Tenant,
            Client = request.Client,
            Scopes = request.Scopes,
            Resources = request.Resources,
            ExpiresAt = clock.GetUtcNow() + request.Life,
            Pace = new PollPace { Interval = request.Interval },
        });

    /// <inheritdoc />
    public async Task<DeviceView?> Look(string tenant, CancellationToken cancellationToken)
    {
        var state = await _stored.Read();
        return state.Tenant.Length > 0 && state.Tenant == tenant && clock.GetUtcNow() < state.ExpiresAt
            ? new DeviceView(state.Client, state.Scopes, state.Resources, state.IsPending)
            : null;
    }

    /// <inheritdoc />
    public Task<bool> Approve(GrantFacts facts, CancellationToken cancellationToken) =>
        Answer(facts.Tenant, state => state.Client == facts.Client ? state with { Facts = facts } : null);

    /// <inheritdoc />
    public Task<bool> Deny(string tenant, CancellationToken cancellationToken) => Answer(tenant, state => state with { DeniedAt = clock.GetUtcNow() });

    /// <inheritdoc />
    public async Task<TokenOutcome> Poll(PollDevice request, CancellationToken cancellationToken)
    {
        var outcome = await Judge(request, cancellationToken);
        _stored.LeaveIfEmpty(this);
        return outcome;
    }

    private async Task<TokenOutcome> Judge(PollDevice request, CancellationToken cancellationToken)
    {
        var verdict = await clients.Authenticate(request.Client, cancellationToken);
        if (verdict is not ClientVerdict.Proven(var client))
        {
            return new TokenOutcome.Refused(((ClientVerdict.Refused)verdict).Error);
        }

        if (!client.GrantTypes.Contains(GrantTypes.DeviceCode))
        {
            return Refuse(OAuthError.UnauthorizedClient("The client may not use this grant type.", Reasons.ErrorUnsupportedGrantType));
        }

        if (request.Proof is not null && await WhyUnproven(request, client, cancellationToken) is { } unproven)
        {
            return Refuse(unproven);
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await TryPoll(request, client, cancellationToken) is { } outcome)
            {
                return outcome;
            }
        }

        // Another activation is faster every time: this device asks much too often.
        return Refuse(OAuthError.Of(OAuthErrors.SlowDown, Reasons.SlowDown, "The device asks too often."));
    }

    /// <summary>
    /// RFC 9449 §11.1: a proof counts once. It is used up after the device code was seen to be the client's, or strangers could fill the store, and before the
    /// first attempt, or the second one would take it for replayed.
    /// </summary>
    private async Task<OAuthError?> WhyUnproven(PollDevice request, Client client, CancellationToken cancellationToken) =>
        DeviceRules.WhyRefused(await _stored.Read(), client, request, clock.GetUtcNow())
            ?? (await GrainFactory.IsFresh(request.Proof, cancellationToken) ? null : DpopRules.Replayed());

    /// <summary>Null when somebody else wrote first: then everything is decided anew from what storage says.</summary>
    private async Task<TokenOutcome?> TryPoll(PollDevice request, Client client, CancellationToken cancellationToken)
    {
        var state = await _stored.Read();
        var now = clock.GetUtcNow();
        if (DeviceRules.WhyRefused(state, client, request, now) is { } error)
        {
            return Refuse(error);
        }

        var polled = state with { Pace = PollRules.After(state.Pace, now) };
        if (state.Facts is not { } facts || PollRules.IsTooSoon(state.Pace, now))
        {
            return await _stored.TryWrite(polled) ? Refuse(DeviceRules.Wait(state.Pace, now)) : null;
        }

        if (facts.Sid is { } sid && await revocations.IsRevoked(RevocationKind.Session, sid, cancellationToken))
        {
            return Refuse(DeviceRules.Unknown());
        }

        // This write is the redemption: of any number of parallel polls, on any number of activations, storage takes one.
        return await _stored.TryWrite(polled with { RedeemedAt = now }) ? await Open(facts, request, client, cancellationToken) : null;
    }

    private Task<TokenOutcome> Open(GrantFacts facts, PollDevice request, Client client, CancellationToken cancellationToken) =>
        GrainFactory.GetGrain<IGrantGrain>(GrantIds.New()).Open(
            new OpenGrant
            {
                Facts = facts with { ClientId = request.Client.ClientId, Jkt = request.Jkt },
                WithRefreshToken = client.GrantTypes.Contains(GrantTypes.RefreshToken),
                Terms = request.Terms,
            },
            cancellationToken);

    private async Task<bool> Answer(string tenant, Func<DeviceState, DeviceState?> answer)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var state = await _stored.Read();
            if (!DeviceRules.MayAnswer(state, tenant, clock.GetUtcNow()) || answer(state) is not { } next)
            {
                return false;
            }

            if (await _stored.TryWrite(next))
            {
                return true;
            }
        }

        // A device that polls at the same instant got in between every time.
        throw new InvalidOperationException("The device request kept changing while a person answered; ask again.");
    }

    private static TokenOutcome.Refused Refuse(OAuthError error) => new(error);
}
