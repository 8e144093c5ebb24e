using System.Collections.Immutable;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>What a person has open, as the account page shows it.</summary>
/// <param name="Sessions">Open sessions, this one first.</param>
/// <param name="Applications">Applications that keep their access without a session.</param>
internal sealed record AccountCard(ImmutableArray<SessionCard> Sessions, ImmutableArray<ApplicationCard> Applications);

/// <summary>One session as a person sees it.</summary>
/// <param name="Handle">Names the session in the page's form; the session id stays on the server.</param>
/// <param name="Browser">The browser as people name it, or null.</param>
/// <param name="IsCurrent">Whether it is the one that looks.</param>
/// <param name="HasNoCookie">Whether no browser stands behind it, but an application or device that logged in by itself.</param>
/// <param name="Begun">When it began.</param>
/// <param name="LastSeen">When it was used last, as far as it was reported.</param>
/// <param name="Clients">Names of the applications that were opened with it.</param>
internal sealed record SessionCard(
    string Handle, string? Browser, bool IsCurrent, bool HasNoCookie, DateTimeOffset Begun, DateTimeOffset LastSeen, ImmutableArray<string> Clients);

/// <summary>One application that keeps its access while the person is away.</summary>
/// <param name="Handle">Names its grant in the page's form.</param>
/// <param name="Name">Name of the client.</param>
/// <param name="Begun">Since when.</param>
internal sealed record ApplicationCard(string Handle, string Name, DateTimeOffset Begun);
