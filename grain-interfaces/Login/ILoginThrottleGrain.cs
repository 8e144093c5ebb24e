namespace Uitsmijter.Actors.GrainInterfaces.Login;

/// <summary>
/// Counts login attempts of one user name or one network of a tenant, for the whole cluster and across restarts.
/// Key: <c>tenant|kind|keyed hash</c>; the hash is made by <c>ThrottleKeyRules</c>, so a key tells nobody a name or address.
/// </summary>
[Alias("uitsmijter.login-throttle")]
public interface ILoginThrottleGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes one attempt before the script runs, so that parallel guesses cannot outrun the count. Durable before it returns.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("take")]
    Task<ThrottleVerdict> Take(CancellationToken cancellationToken);

    /// <summary>The attempt was a success (<paramref name="clear"/>: forget earlier failures too) or never reached the script: give it back.</summary>
    /// <param name="clear">True after a right password in a browser that is known for the name.</param>
    [Alias("give-back")]
    Task GiveBack(bool clear);

    /// <summary>Takes one attempt, as <see cref="Take"/>, after giving back others that turned out to be none. Those are kept in memory until the next write.</summary>
    /// <param name="returned">How many attempts are given back, 0 or more.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("exchange")]
    Task<ThrottleVerdict> Exchange(int returned, CancellationToken cancellationToken);

    /// <summary>Gives back several attempts at once, without a write: whoever loses them loses them to the strict side, until time forgives.</summary>
    /// <param name="returned">How many.</param>
    [Alias("return")]
    Task Return(int returned);

    /// <summary>Somebody else counted in the record: have it removed from storage once nothing of the count is left.</summary>
    [Alias("sweep-later"), Idempotent]
    Task SweepLater();
}

/// <summary>Whether an attempt may go on.</summary>
/// <param name="Allowed">True: ask the script.</param>
/// <param name="RetryAfter">When not allowed: how long to wait.</param>
[GenerateSerializer, Immutable, Alias("uitsmijter.login.throttle-verdict")]
public sealed record ThrottleVerdict([property: Id(0)] bool Allowed, [property: Id(1)] TimeSpan RetryAfter);
