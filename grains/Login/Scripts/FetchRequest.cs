namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>What a script asked <c>fetch</c> to do.</summary>
internal sealed record FetchRequest
{
    /// <summary>Absolute, http or https, without credentials.</summary>
    public required Uri Url { get; init; }

    /// <summary>Upper-case method.</summary>
    public required string Method { get; init; }

    /// <summary>Headers the script set, checked by the time they are sent.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Body, or null for none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>True resolves the promise for every status.</summary>
    public bool ResolveErrorStatus { get; init; }

    /// <summary>The address as it may appear in messages: no query, no fragment, they carry keys and names.</summary>
    public static string Shown(Uri url) => url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
