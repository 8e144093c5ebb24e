namespace Uitsmijter.Actors.Fuzz.Targets;

/// <summary>A bug behind a door only coverage opens: found step by step, or practically never. Says whether the fuzzer itself works.</summary>
internal sealed class Planted : FuzzTarget
{
    /// <summary>Its name.</summary>
    public const string TargetName = "planted";

    /// <inheritdoc />
    public override string Name => TargetName;

    /// <inheritdoc />
    public override IEnumerable<string> Seeds => ["nothing in particular"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Words => [];

    /// <inheritdoc />
    public override void Try(string input)
    {
        if (input.Length > 0 && input[0] == '%')
        {
            if (input.Length > 1 && input[1] == '\\')
            {
                if (input.Length > 2 && input[2] == '@')
                {
                    Must(input.Length <= 3 || input[3] != '[', "the planted bug");
                }
            }
        }
    }
}
