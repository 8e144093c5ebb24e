namespace Uitsmijter.Actors.Grains;

/// <summary>Names of the two places grains keep their state in; every silo configures both.</summary>
public static class StorageNames
{
    /// <summary>Sessions, keys, revocations, catalog, throttles: nothing here disappears unless a grain removes it.</summary>
    public const string Durable = "durable";

    /// <summary>Codes and other short-lived things: entries are swept some time after their own deadline, which the record itself enforces.</summary>
    public const string Ephemeral = "ephemeral";
}
