using System.Text.Json;
using Uitsmijter.Actors.TestKit.Processes;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests;

/// <summary>
/// Stored states against files written when their shape was decided: <c>Golden/&lt;state&gt;.v&lt;n&gt;.json</c>. A changed shape gets a new file;
/// the old ones stay, because some cluster still holds such a record. <c>UITSMIJTER_WRITE_GOLDEN=1</c> writes the file of a new state.
/// </summary>
internal static class Golden
{
    /// <summary>The state is written exactly as in the newest file.</summary>
    public static void IsWritten<TState>(string file, TState state)
    {
        var json = JsonSerializer.Serialize(state, StoredJson.Options);
        if (Environment.GetEnvironmentVariable("UITSMIJTER_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(Path.Combine(Repository.Root, "tests", "Grains.Tests", "Golden", file), json + "\n");
        }
        else
        {
            Assert.Equal(Text(file), json);
        }
    }

    /// <summary>What a file, however old, means today.</summary>
    public static TState Read<TState>(string file) => JsonSerializer.Deserialize<TState>(Text(file), StoredJson.Options)!;

    /// <inheritdoc cref="Read{TState}(string)"/>
    public static object Read(string file, Type state) => JsonSerializer.Deserialize(Text(file), state, StoredJson.Options)!;

    private static string Text(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", file)).TrimEnd('\n');
}
