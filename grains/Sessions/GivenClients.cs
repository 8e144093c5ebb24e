using System.Collections.Immutable;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Protocol.Sessions;

namespace Uitsmijter.Actors.Grains.Sessions;

/// <summary>Keeps account of what a session gave to clients.</summary>
internal static class GivenClients
{
    /// <summary>The session after a gift; the same object when the gift is no news, so that nothing is written.</summary>
    /// <param name="state">The session.</param>
    /// <param name="gift">What is given.</param>
    public static SessionState With(SessionState state, GiveGrant gift)
    {
        var known = state.Given?.FirstOrDefault(given => given.Client == gift.Client);
        var next = new GivenState
        {
            Client = gift.Client,
            Consented = Union(known?.Consented, gift.Consented),
            ConsentedClaims = Union(known?.ConsentedClaims, gift.ConsentedClaims),
            ConsentedResources = Union(known?.ConsentedResources, gift.ConsentedResources),
            ClientId = gift.ClientId is { } spelled && spelled != gift.Client.ToString() ? spelled : known?.ClientId,
        };
        if (known is not null && IsSame(known, next))
        {
            return state;
        }

        // Tokens may live as long as the session may: so does its record, and the memory of its revocation.
        return state.With(SessionRules.Lasting(state.Times)) with { Given = [.. (state.Given ?? []).Where(given => given.Client != gift.Client), next] };
    }

    /// <summary>Whom the end of a session concerns; null when nobody wants to hear of it.</summary>
    /// <param name="state">The session.</param>
    /// <param name="reason">Why it ends.</param>
    /// <param name="catalog">Knows which clients want to hear; while it is not loaded, all of them might.</param>
    public static LogoutNotice? NoticeOf(SessionState state, SessionEnd reason, CatalogEntries catalog)
    {
        if (state.Given is null || !LogoutDeliveryRules.IsTold(reason == SessionEnd.Idle))
        {
            return null;
        }

        ImmutableArray<ToldClient> told =
        [
            .. state.Given
                .Where(given => !catalog.IsLoaded || catalog.Client(given.Client)?.Client.Logout.BackChannelUri is not null)
                .Select(static given => new ToldClient(given.Client, given.Spelled)),
        ];
        return told.IsEmpty
            ? null
            : new LogoutNotice { Tenant = state.Tenant, Subject = state.Subject, Clients = told, IsExpired = reason == SessionEnd.Expired };
    }

    private static IReadOnlyList<string>? Union(IReadOnlyList<string>? left, IReadOnlyList<string> right) =>
        left is null && right.Count == 0 ? null : [.. (left ?? []).Union(right, StringComparer.Ordinal)];

    /// <summary>Lists only grow.</summary>
    private static bool IsSame(GivenState known, GivenState next) =>
        Count(known.Consented) == Count(next.Consented)
        && Count(known.ConsentedClaims) == Count(next.ConsentedClaims)
        && Count(known.ConsentedResources) == Count(next.ConsentedResources)
        && known.ClientId == next.ClientId;

    private static int Count(IReadOnlyList<string>? list) => list?.Count ?? 0;
}
