namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>Ends a run that used up one of its limits. A script cannot catch it: it is no JavaScript error.</summary>
internal sealed class ScriptLimitException : Exception
{
    /// <summary>Ends the run.</summary>
    /// <param name="message">Which limit, in words for the log.</param>
    public ScriptLimitException(string message)
        : base(message)
    {
    }
}
