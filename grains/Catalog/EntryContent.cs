using System.Text.Json;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Grains.Catalog;

/// <summary>Compares entries of the catalog. Records compare their arrays by reference, so content is compared in the form in which it would be stored.</summary>
public static class EntryContent
{
    /// <summary>Whether two versions of an entry say the same.</summary>
    /// <typeparam name="TEntry"><see cref="TenantEntry"/> or <see cref="ClientEntry"/>.</typeparam>
    /// <param name="one">One, as it is published.</param>
    /// <param name="other">The other.</param>
    public static bool IsSame<TEntry>(TEntry one, TEntry other) =>
        JsonSerializer.SerializeToUtf8Bytes(one, StoredJson.Options).AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other, StoredJson.Options));
}
