using System.Collections.Immutable;
using Uitsmijter.Actors.GrainInterfaces.Login;

namespace Uitsmijter.Actors.Grains.Login;

/// <summary>What a login script decided.</summary>
internal abstract record LoginOutcome
{
    private LoginOutcome()
    {
    }

    /// <summary>The user may log in.</summary>
    public sealed record Approved : LoginOutcome
    {
        /// <summary>The committed subject, else the login name.</summary>
        public required string Subject { get; init; }

        /// <summary>Role of the user; <c>default</c> when the script names none.</summary>
        public required string Role { get; init; }

        /// <summary>The profile as JSON text, or null when the script gives none.</summary>
        public string? ProfileJson { get; init; }

        /// <summary>Scopes the script adds, unfiltered.</summary>
        public ImmutableArray<string> Scopes { get; init; } = [];

        /// <summary>Authentication context class the script names (getter <c>acr</c>), or null.</summary>
        public string? Acr { get; init; }

        /// <summary>Authentication methods the script names (getter <c>amr</c>, RFC 8176); empty means a password.</summary>
        public ImmutableArray<string> Amr { get; init; } = [];

        /// <inheritdoc />
        public override string ToString() => "Approved { *** }";
    }

    /// <summary>The script said no.</summary>
    public sealed record Denied : LoginOutcome;

    /// <summary>The script could not decide; nobody is let in.</summary>
    /// <param name="Failure">Why.</param>
    public sealed record Failed(ScriptFailure Failure) : LoginOutcome;
}
