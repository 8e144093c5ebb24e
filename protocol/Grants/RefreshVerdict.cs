namespace Uitsmijter.Actors.Protocol.Grants;

/// <summary>What a presented refresh token is.</summary>
public enum RefreshVerdict
{
    /// <summary>None of this family's: a guess.</summary>
    Unknown = 0,

    /// <summary>The good one: it may be rotated.</summary>
    Current = 1,

    /// <summary>The one before, within the grace: a client that did not hear the answer asks again and gets the same successor.</summary>
    Retry = 2,

    /// <summary>Spent: somebody uses a copy (RFC 9700 §4.14.2). The family ends.</summary>
    Reused = 3,

    /// <summary>The good one, too late.</summary>
    Expired = 4,
}
