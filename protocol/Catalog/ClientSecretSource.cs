namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Where a client's secret comes from. Never printed.</summary>
public abstract record ClientSecretSource
{
    private ClientSecretSource()
    {
    }

    /// <summary>It is known: it stood in the configuration, or was found where that points to.</summary>
    /// <param name="Value">The secret.</param>
    /// <param name="FilePath">The file it came from, or null.</param>
    public sealed record Text(string Value, string? FilePath = null) : ClientSecretSource
    {
        /// <inheritdoc />
        public override string ToString() => "Text { *** }";
    }

    /// <summary>Only its digest stands there: it can be compared, not used.</summary>
    public sealed record Digest : ClientSecretSource;

    /// <summary>It is the content of a file of the silo's machine.</summary>
    /// <param name="Path">Absolute path.</param>
    /// <param name="Line">Line of the configuration, for problems.</param>
    public sealed record File(string Path, int Line) : ClientSecretSource;

    /// <summary>It is an environment variable of the silo.</summary>
    /// <param name="Name">Name of the variable.</param>
    /// <param name="Line">Line of the configuration, for problems.</param>
    public sealed record Variable(string Name, int Line) : ClientSecretSource;
}
