using Uitsmijter.Actors.GrainInterfaces.Sessions;
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
            Offline = gift.OfflineGrant is { } grant ? Union(known?.Offline, [grant]) : known?.Offline,
        };
        if (known is not null && Count(known.Consented) == Count(next.Consented) && Count(known.Offline) == Count(next.Offline))
        {
            return state;
        }

        // Tokens may live as long as the session may: so does its record, and the memory of its revocation.
        return state.With(SessionRules.Lasting(state.Times)) with { Given = [.. (state.Given ?? []).Where(given => given.Client != gift.Client), next] };
    }

    private static IReadOnlyList<string>? Union(IReadOnlyList<string>? left, IReadOnlyList<string> right) =>
        left is null && right.Count == 0 ? null : [.. (left ?? []).Union(right, StringComparer.Ordinal)];

    private static int Count(IReadOnlyList<string>? list) => list?.Count ?? 0;
}
