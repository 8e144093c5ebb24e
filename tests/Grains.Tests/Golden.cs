using System.Text.Json;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests;

/// <summary>
/// Stored states against files written when their shape was decided: <c>Golden/&lt;state&gt;.v&lt;n&gt;.json</c>. A changed shape gets a new file;
/// the old ones stay, because some cluster still holds such a record.
/// </summary>
internal static class Golden
{
    /// <summary>The state is written exactly as in the newest file.</summary>
    public static void IsWritten<TState>(string file, TState state) =>
        Assert.Equal(Text(file), JsonSerializer.Serialize(state, StoredJson.Options));

    /// <summary>What a file, however old, means today.</summary>
    public static TState Read<TState>(string file) => JsonSerializer.Deserialize<TState>(Text(file), StoredJson.Options)!;

    private static string Text(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", file)).TrimEnd('\n');
}
