using System.Collections.Immutable;
using Uitsmijter.Actors.GrainInterfaces.Login;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>How a run ended.</summary>
internal abstract record ScriptResult
{
    private ScriptResult()
    {
    }

    /// <summary>The script committed; these are its answers. Never printed: they are a person's data.</summary>
    public sealed record Answered : ScriptResult
    {
        /// <summary><c>canLogin</c> or <c>isValid</c>.</summary>
        public required bool Allowed { get; init; }

        /// <summary>The committed subject, or null.</summary>
        public string? Subject { get; init; }

        /// <summary>The role, or null when the script names none.</summary>
        public string? Role { get; init; }

        /// <summary>The profile as JSON text, or null.</summary>
        public string? ProfileJson { get; init; }

        /// <summary>Scopes the script adds.</summary>
        public ImmutableArray<string> Scopes { get; init; } = [];

        /// <summary>Authentication context class the script names, or null.</summary>
        public string? Acr { get; init; }

        /// <summary>Authentication methods the script names.</summary>
        public ImmutableArray<string> Amr { get; init; } = [];

        /// <summary>The JSON text of each committed argument; null for one that has none, such as <c>undefined</c>.</summary>
        public ImmutableArray<string?> Committed { get; init; } = [];

        /// <inheritdoc />
        public override string ToString() => "Answered { *** }";
    }

    /// <summary>The script gave no answer.</summary>
    /// <param name="Failure">What kind of failure.</param>
    /// <param name="Message">For the log: no credentials, no committed data.</param>
    public sealed record Failed(ScriptFailure Failure, string Message) : ScriptResult;
}
