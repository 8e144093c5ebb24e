namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>What became of opening a sealed value.</summary>
public abstract record OpenedSeal
{
    private OpenedSeal()
    {
    }

    /// <summary>It opened.</summary>
    /// <param name="Plain">The content; wipe it after use.</param>
    /// <param name="IsCurrent">False: sealed under the previous secret, seal it anew.</param>
    public sealed record Opened(byte[] Plain, bool IsCurrent) : OpenedSeal
    {
        /// <inheritdoc />
        public override string ToString() => "Opened { *** }";
    }

    /// <summary>Sealed under a secret that is neither the current nor the previous one.</summary>
    public sealed record ForeignSecret : OpenedSeal;

    /// <summary>Changed, cut, of an unknown version, or sealed under another label.</summary>
    public sealed record Broken : OpenedSeal;
}
