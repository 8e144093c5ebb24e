namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>How a <c>fetch</c> ended.</summary>
internal abstract record FetchOutcome
{
    private FetchOutcome()
    {
    }

    /// <summary>The server answered, with whatever status.</summary>
    /// <param name="Url">The address that answered, after redirects.</param>
    /// <param name="Status">HTTP status.</param>
    /// <param name="Headers">Lower-case names; several values joined by a comma and a blank.</param>
    /// <param name="Body">Decoded text.</param>
    public sealed record Answered(Uri Url, int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body) : FetchOutcome;

    /// <summary>No answer, or one that may not be read.</summary>
    /// <param name="Message">Why, for the script and its author.</param>
    public sealed record Failed(string Message) : FetchOutcome;
}
