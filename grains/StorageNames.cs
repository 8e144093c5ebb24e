using System.Collections.Immutable;

namespace Uitsmijter.Actors.Grains;

/// <summary>Names of the places grains keep their state in; every silo configures all of them.</summary>
public static class StorageNames
{
    /// <summary>Sessions, keys, revocations, catalog, throttles: nothing here disappears unless a grain removes it.</summary>
    public const string Durable = "durable";

    /// <summary>Codes and devices: entries are swept when nothing they gave is alive any more. Their own deadline, which the record itself enforces, is long past then.</summary>
    public const string Ephemeral = "ephemeral";

    /// <summary>
    /// Marks of what was seen, and pushed requests: nothing is asked of them after their own deadline, an hour at most, and whoever has not logged in makes them by the thousand. Entries are swept soon after it.
    /// </summary>
    public const string Brief = "brief";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } = [Durable, Ephemeral, Brief];
}
