using System.Collections.Immutable;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>
/// What a page shows, in the words of the contract (configuration.md §4.3). Everything here may come from a stranger: the
/// renderer escapes every value and drops targets and links that are no web addresses.
/// </summary>
internal sealed record PageModel
{
    /// <summary>Nothing but the page's own texts.</summary>
    public static PageModel Empty { get; } = new();

    /// <summary>The page's title; null for the page's own (<c>Login</c>, <c>Logout</c>, <c>Uitsmijter</c>, <c>Error | 404</c>).</summary>
    public string? Title { get; init; }

    /// <summary>Reason key of what went wrong with the form (<c>LOGIN.ERRORS.WRONG_CREDENTIALS</c>); null when nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>Where the person wants to go: URL or path. Posted as <c>location</c>; on the logout page the place to return to.</summary>
    public string? RequestUri { get; init; }

    /// <summary>Prefix of our own form targets: empty, or <c>//host</c> where the contract wants it absolute.</summary>
    public string ServiceUrl { get; init; } = "";

    /// <summary>
    /// The verified claims of a logged-in person for the index page; null when nobody is logged in. Strings, numbers, booleans, JSON
    /// elements and collections of those; anything else is dropped.
    /// </summary>
    public IReadOnlyDictionary<string, object?>? Payload { get; init; }

    /// <summary>Scopes already filtered by the client; posted as <c>scope</c>, joined by <c>+</c>.</summary>
    public ImmutableArray<string> RequestedScopes { get; init; } = [];

    /// <summary>In a question: claims the client asks for that none of those scopes stands for.</summary>
    public ImmutableArray<string> RequestedClaims { get; init; } = [];

    /// <summary>In a question: where else its tokens are meant to be used (RFC 8707).</summary>
    public ImmutableArray<string> RequestedResources { get; init; } = [];

    /// <summary><c>oauth</c> or <c>interceptor</c>; posted as <c>mode</c>. Null leaves the field empty.</summary>
    public string? Mode { get; init; }

    /// <summary>An extra sentence (<c>requestInfo.description</c>), or null.</summary>
    public string? Description { get; init; }

    /// <summary>Anti-forgery value and sealed return target; the renderer puts it into every POST form of ours.</summary>
    public string? Ticket { get; init; }

    /// <summary>The user name typed before, kept after a failed attempt; null for an empty field.</summary>
    public string? UserName { get; init; }

    /// <summary>Minutes to wait before the next attempt, for the texts that speak of it; null where none does.</summary>
    public int? Minutes { get; init; }

    /// <summary>
    /// On the logout page: true when another site led here, so the page must not leave by itself after two seconds but show a button
    /// that posts to <c>/logout</c> (attack group 21). False finishes by itself.
    /// </summary>
    public bool Confirm { get; init; }

    /// <summary>On the page that posts an answer: where to, a client's redirect URI; else null.</summary>
    public string? FormAction { get; init; }

    /// <summary>On the page that posts an answer: its hidden fields in their order.</summary>
    public ImmutableArray<KeyValuePair<string, string>> FormFields { get; init; } = [];

    /// <summary>On the logout page: true when the person is logged out already. Always our own page: it has to load <see cref="Frames"/>.</summary>
    public bool IsDone { get; init; }

    /// <summary>On that page: clients' addresses to load in frames (Front-Channel Logout §2). They become the only sources of <c>frame-src</c>.</summary>
    public ImmutableArray<string> Frames { get; init; } = [];

    /// <summary>The code of a device, as typed or as the device shows it; null for none.</summary>
    public string? UserCode { get; init; }

    /// <summary>On the page for devices: whether the form asks for name and password, because nobody is logged in.</summary>
    public bool NeedsLogin { get; init; }

    /// <summary>On the page for devices: how it ended, <c>success</c> or <c>denied</c>. On the account page: what has ended just now, <c>session</c> or <c>application</c>. Null before.</summary>
    public string? Result { get; init; }

    /// <summary>The client the question is about; null on pages without a question.</summary>
    public ClientCard? Client { get; init; }

    /// <summary>On the account page: what the person has open; else null.</summary>
    public AccountCard? Account { get; init; }

    /// <summary>
    /// URLs, beside <see cref="RequestUri"/> and the tenant's hosts, the answer to the page's form may redirect to. Chromium applies
    /// <c>form-action</c> to the whole redirect chain, so a login that ends at a client's redirect URI must name it here.
    /// </summary>
    public ImmutableArray<string> FormTargets { get; init; } = [];
}
