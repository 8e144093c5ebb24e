using System.Collections.Immutable;

namespace Uitsmijter.Actors.GrainInterfaces.Login;

/// <summary>
/// A tenant's provider scripts at work for people who are logged in; logging in is <see cref="ILoginGrain"/>'s. Key: tenant name; a bounded stateless worker. Every run has a fresh engine, hard limits,
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
