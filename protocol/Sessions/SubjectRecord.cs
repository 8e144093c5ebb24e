using System.Text.Json.Serialization;

namespace Uitsmijter.Actors.Protocol.Sessions;

/// <summary>What a subject has open at one tenant, as it is stored under a keyed hash of the subject; names and instants are short, because there are many.</summary>
public sealed record SubjectRecord
{
    /// <summary>Nothing is open.</summary>
    public static SubjectRecord Empty { get; } = new();

    /// <summary>Sessions, the oldest first. One may have ended already: only the session itself knows.</summary>
    [JsonPropertyName("s")]
    public IReadOnlyList<SubjectSession> Sessions { get; init; } = [];

    /// <summary>Grants that outlive their session (<c>offline_access</c>), the oldest first.</summary>
    [JsonPropertyName("g")]
    public IReadOnlyList<SubjectGrant> Grants { get; init; } = [];

    /// <summary>When the subject was signed out everywhere last, in milliseconds since 1970; null for never, or too long ago to matter.</summary>
    [JsonPropertyName("o")]
    public long? SignedOut { get; init; }

    /// <summary>True when the record says nothing and may go.</summary>
    [JsonIgnore]
    public bool IsEmpty => Sessions.Count == 0 && Grants.Count == 0 && SignedOut is null;
}

/// <summary>One session of a subject.</summary>
public sealed record SubjectSession
{
    /// <summary>Session id.</summary>
    [JsonPropertyName("i")]
    public required string Sid { get; init; }

    /// <summary>When it began, in milliseconds since 1970.</summary>
    [JsonPropertyName("b")]
    public long Begun { get; init; }

    /// <summary>When it ends at the latest, in milliseconds since 1970.</summary>
    [JsonPropertyName("x")]
    public long Ends { get; init; }

    /// <summary>True when it stands behind tokens alone and no browser holds a cookie of it; null for false.</summary>
    [JsonPropertyName("t")]
    public bool? HasNoCookie { get; init; }
}

/// <summary>One grant of a subject that outlives its session.</summary>
public sealed record SubjectGrant
{
    /// <summary>Grant id.</summary>
    [JsonPropertyName("i")]
    public required string Id { get; init; }

    /// <summary>The client that has it.</summary>
    [JsonPropertyName("c")]
    public Guid Client { get; init; }

    /// <summary>When it was given, in milliseconds since 1970.</summary>
    [JsonPropertyName("b")]
    public long Begun { get; init; }

    /// <summary>When it ends at the latest, in milliseconds since 1970.</summary>
    [JsonPropertyName("x")]
    public long Ends { get; init; }
}
