namespace Uitsmijter.Actors.Gateway.Observability;

/// <summary>What became of a renewal.</summary>
internal enum RenewalResult
{
    /// <summary>A new cookie was issued.</summary>
    Renewed,

    /// <summary>The provider says the user is not valid any more; the session ended.</summary>
    UserInvalid,

    /// <summary>The session is over.</summary>
    SessionGone,

    /// <summary>Silo or script could not be asked; the old cookie stays good.</summary>
    Failed,
}
