using Uitsmijter.Actors.GrainInterfaces.Sessions;

namespace Uitsmijter.Actors.GrainInterfaces.Login;

/// <summary>
/// Attempts to log in at a tenant, from the counters of failed logins to the open session, in one call. Key: tenant name; a bounded stateless worker.
/// The response timeout is that of <see cref="IProviderGrain"/>, for the same reason.
/// </summary>
[Alias("uitsmijter.login")]
public interface ILoginGrain : IGrainWithStringKey
{
    /// <summary>
    /// Counts the attempt, asks the script, and opens the session if the script approves. The attempt is counted durably before the script is asked, so that
    /// parallel guesses cannot outrun the count; a success, and an attempt nobody could judge, take their count back. A caller who hangs up leaves it
    /// counted: they may have learned what they wanted to know.
    /// </summary>
    /// <param name="request">The attempt.</param>
    /// <param name="cancellationToken">Cancels the run of the script.</param>
    [Alias("attempt")]
    [ResponseTimeout("00:11:00")]
    Task<AttemptOutcome> Attempt(AttemptLogin request, CancellationToken cancellationToken);
}

/// <summary>One attempt to log in. Never printed.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.login.attempt")]
public sealed record AttemptLogin
{
    /// <summary>What the script is told.</summary>
    [Id(0)] public required LoginRequest Credentials { get; init; }

    /// <summary>Counter of the client's network, by <c>ThrottleKeyRules</c>.</summary>
    [Id(1)] public required string NetworkCounter { get; init; }

    /// <summary>Counter of the user name, or of the name in a browser that logged in with it before.</summary>
    [Id(2)] public required string NameCounter { get; init; }

    /// <summary>True where <see cref="NameCounter"/> is that of a known browser: then a right password forgets earlier failures too.</summary>
    [Id(3)] public bool IsKnownBrowser { get; init; }

    /// <summary>How the session is to be, if there will be one.</summary>
    [Id(4)] public required SessionTerms Terms { get; init; }

    /// <inheritdoc />
    public override string ToString() => "AttemptLogin { *** }";
}

/// <summary>What became of an attempt.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.login.attempt-outcome")]
public abstract record AttemptOutcome
{
    private AttemptOutcome()
    {
    }

    /// <summary>The script approved, and the session is open.</summary>
    /// <param name="Session">The session.</param>
    [GenerateSerializer, Immutable, Alias("uitsmijter.login.attempt-outcome.logged-in")]
    public sealed record LoggedIn([property: Id(0)] Session Session) : AttemptOutcome;

    /// <summary>The script said no.</summary>
    [GenerateSerializer, Immutable, Alias("uitsmijter.login.attempt-outcome.denied")]
    public sealed record Denied : AttemptOutcome;

    /// <summary>The script approved, but the login is weaker than its terms require: no session was opened. Counted like a failure.</summary>
    [GenerateSerializer, Immutable, Alias("uitsmijter.login.attempt-outcome.too-weak")]
    public sealed record TooWeak : AttemptOutcome;

    /// <summary>The script could not decide; nobody is let in.</summary>
    /// <param name="Failure">Why.</param>
    [GenerateSerializer, Immutable, Alias("uitsmijter.login.attempt-outcome.failed")]
    public sealed record Failed([property: Id(0)] ScriptFailure Failure) : AttemptOutcome;

    /// <summary>Too many failed before; the script was not asked.</summary>
    /// <param name="ByNetwork">True: the network's counter refused. False: the name's.</param>
    /// <param name="RetryAfter">How long to wait.</param>
    [GenerateSerializer, Immutable, Alias("uitsmijter.login.attempt-outcome.throttled")]
    public sealed record Throttled([property: Id(0)] bool ByNetwork, [property: Id(1)] TimeSpan RetryAfter) : AttemptOutcome;
}
