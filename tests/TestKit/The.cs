namespace Uitsmijter.Actors.TestKit;

/// <summary>One fixed set of sample data; a value says where it came from.</summary>
public static class The
{
    /// <summary>The instant every test clock starts at.</summary>
    public static readonly DateTimeOffset Instant = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
}
