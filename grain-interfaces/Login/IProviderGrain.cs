using System.Collections.Immutable;

namespace Uitsmijter.Actors.GrainInterfaces.Login;

/// <summary>
/// A tenant's provider scripts at work. Key: tenant name; a bounded stateless worker. Every run has a fresh engine, hard limits,
/// and leaves Orleans' scheduler alone.
/// <para>
/// A run ends by itself after <c>SCRIPT_TIMEOUT</c> (at most ten minutes). A response timeout is part of the contract and cannot follow
/// a setting, so it lies above the longest run; a caller that wants to notice a lost silo earlier cancels a few seconds after
/// <c>SCRIPT_TIMEOUT</c>.
/// </para>
/// </summary>
[Alias("uitsmijter.provider")]
public interface IProviderGrain : IGrainWithStringKey
{
    /// <summary>Asks <c>UserLoginProvider</c> about a user.</summary>
    /// <param name="request">Credentials and grant.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    [Alias("log-in")]
    [ResponseTimeout("00:11:00")]
    Task<LoginOutcome> LogIn(LoginRequest request, CancellationToken cancellationToken);

    /// <summary>Asks <c>UserValidationProvider</c> whether a user may stay.</summary>
    /// <param name="username">The login name (claim <c>user</c>), not the subject.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    [Alias("validate")]
    [ResponseTimeout("00:11:00")]
    Task<ValidationOutcome> Validate(string username, CancellationToken cancellationToken);
}

/// <summary>What the login script is told. Never printed.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.login.request")]
public sealed record LoginRequest
{
    /// <summary>Login name as typed.</summary>
    [Id(0)] public required string Username { get; init; }

    /// <summary>Password as typed.</summary>
    [Id(1)] public required string Password { get; init; }

    /// <summary><c>authorization_code</c>, <c>interceptor</c>, <c>password</c> or <c>device_code</c>.</summary>
    [Id(2)] public required string GrantType { get; init; }

    /// <summary>Authentication contexts the client wants, in order of preference (RFC 9470 §4); empty for any.</summary>
    [Id(3)] public ImmutableArray<string> AcrValues { get; init; } = [];

    /// <inheritdoc />
    public override string ToString() => $"LoginRequest {{ GrantType = {GrantType}, Username = ***, Password = *** }}";
}

/// <summary>What a login script decided.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.login.outcome")]
public abstract record LoginOutcome
{
    private LoginOutcome()
    {
    }

    /// <summary>The user may log in.</summary>
    [GenerateSerializer, Immutable, Alias("uitsmijter.login.outcome.approved")]
    public sealed record Approved : LoginOutcome
    {
        /// <summary>The committed subject, else the login name.</summary>
        [Id(0)] public required string Subject { get; init; }

        /// <summary>Role of the user; <c>default</c> when the script names none.</summary>
        [Id(1)] public required string Role { get; init; }

        /// <summary>The profile as JSON text, or null when the script gives none.</summary>
        [Id(2)] public string? ProfileJson { get; init; }

        /// <summary>Scopes the script adds, unfiltered.</summary>
        [Id(3)] public ImmutableArray<string> Scopes { get; init; } = [];

        /// <summary>Authentication context class the script names (getter <c>acr</c>), or null.</summary>
        [Id(4)] public string? Acr { get; init; }

        /// <summary>Authentication methods the script names (getter <c>amr</c>, RFC 8176); empty means a password.</summary>
        [Id(5)] public ImmutableArray<string> Amr { get; init; } = [];

        /// <inheritdoc />
        public override string ToString() => "Approved { *** }";
    }

    /// <summary>The script said no.</summary>
    [GenerateSerializer, Immutable, Alias("uitsmijter.login.outcome.denied")]
    public sealed record Denied : LoginOutcome;

    /// <summary>The script could not decide; nobody is let in.</summary>
    /// <param name="Failure">Why.</param>
    [GenerateSerializer, Immutable, Alias("uitsmijter.login.outcome.failed")]
    public sealed record Failed([property: Id(0)] ScriptFailure Failure) : LoginOutcome;
}

/// <summary>What a validation script decided.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.login.validation-outcome")]
public abstract record ValidationOutcome
{
    private ValidationOutcome()
    {
    }

    /// <summary>The user may stay.</summary>
    [GenerateSerializer, Immutable, Alias("uitsmijter.login.validation-outcome.valid")]
    public sealed record Valid : ValidationOutcome;

    /// <summary>The user is definitely not valid any more.</summary>
    [GenerateSerializer, Immutable, Alias("uitsmijter.login.validation-outcome.invalid")]
    public sealed record Invalid : ValidationOutcome;

    /// <summary>The script could not decide.</summary>
    /// <param name="Failure">Why.</param>
    [GenerateSerializer, Immutable, Alias("uitsmijter.login.validation-outcome.failed")]
    public sealed record Failed([property: Id(0)] ScriptFailure Failure) : ValidationOutcome;
}

/// <summary>Why a script run ended without a decision. Details are in the silo's log, never in an answer.</summary>
[GenerateSerializer, Alias("uitsmijter.login.script-failure")]
public enum ScriptFailure
{
    /// <summary>The tenant is unknown or has no usable script.</summary>
    NoProvider = 0,

    /// <summary>The class that should decide does not exist.</summary>
    ClassMissing = 1,

    /// <summary>The constructor threw, or a promise was rejected without a handler.</summary>
    Threw = 2,

    /// <summary>Nothing left to run and no <c>commit</c>.</summary>
    NeverCommitted = 3,

    /// <summary>The time limit (<c>SCRIPT_TIMEOUT</c>) passed.</summary>
    TimedOut = 4,

    /// <summary>Too many statements, too much memory, too deep recursion, or too large a result.</summary>
    LimitExceeded = 5,

    /// <summary>All places for scripts of this tenant or this silo are taken.</summary>
    Busy = 6,
}
