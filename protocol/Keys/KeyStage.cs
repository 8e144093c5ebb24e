namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>The life of a signing key.</summary>
public enum KeyStage
{
    /// <summary>Published, not signing yet.</summary>
    Announced,

    /// <summary>Signs.</summary>
    Active,

    /// <summary>Only verifies what it signed.</summary>
    VerifyOnly,

    /// <summary>Nothing it signed can be alive; to be dropped.</summary>
    Removed,
}
