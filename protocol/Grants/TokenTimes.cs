namespace Uitsmijter.Actors.Protocol.Grants;

/// <summary>When a token begins and ends, in whole seconds (RFC 7519 §2, contract http.md W35).</summary>
/// <param name="IssuedAt">Rounded down, so that no clock sees a token from the future.</param>
/// <param name="ExpiresAt">Rounded down.</param>
public readonly record struct TokenTimes(DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>The life a client is told.</summary>
    public TimeSpan Life => ExpiresAt - IssuedAt;

    /// <summary>Times of a token made now.</summary>
    /// <param name="now">The instant.</param>
    /// <param name="life">Its life.</param>
    /// <param name="notAfter">Its end at the latest, or null.</param>
    public static TokenTimes Of(DateTimeOffset now, TimeSpan life, DateTimeOffset? notAfter)
    {
        var issued = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        var end = issued + life;
        return new TokenTimes(issued, DateTimeOffset.FromUnixTimeSeconds((notAfter is { } last && last < end ? last : end).ToUnixTimeSeconds()));
    }
}
