using System.Net;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Protocol.Login;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>
/// Asks the cluster's counters before a script runs: the network's always, and that of the known browser or else of the user name.
/// An attempt is taken before the answer is known, so parallel guesses cannot outrun the count.
/// </summary>
internal sealed class LoginThrottle(IGrainFactory grains)
{
    /// <summary>Takes one attempt.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="keys">The tenant's keys.</param>
    /// <param name="userName">The name as typed.</param>
    /// <param name="client">The browser's address.</param>
    /// <param name="deviceId">Id of a browser that logged in with this name before, or null.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<ThrottledAttempt> Take(
        string tenant, TenantKeys keys, string userName, IPAddress client, string? deviceId, CancellationToken cancellationToken)
    {
        var nameKey = keys.NameKey.Key;
        var network = Counter(ThrottleKeyRules.Network(tenant, nameKey.AsSpan(), client));
        var name = Counter(deviceId is null
            ? ThrottleKeyRules.User(tenant, nameKey.AsSpan(), userName)
            : ThrottleKeyRules.Device(tenant, nameKey.AsSpan(), userName, deviceId));

        var verdict = await network.Take(cancellationToken);
        if (!verdict.Allowed)
        {
            return new ThrottledAttempt(verdict, [], "network");
        }

        try
        {
            verdict = await name.Take(cancellationToken);
        }
        catch (Exception)
        {
            await TryGiveBack(network);
            throw;
        }

        if (!verdict.Allowed)
        {
            // This attempt never reaches the script: it must not count against everybody else in the network.
            await network.GiveBack(clear: false);
            return new ThrottledAttempt(verdict, [], "user");
        }

        // Names that look alike share a counter: whoever owns one of them must not buy fresh guesses at the other by logging in.
        return new ThrottledAttempt(verdict, [(network, false), (name, deviceId is not null)], "");
    }

    /// <summary>Gives an attempt back that nobody could judge. Where even that fails, time forgives it; never the other way round.</summary>
    /// <param name="counter">Where it was taken.</param>
    internal static async Task TryGiveBack(ILoginThrottleGrain counter)
    {
        try
        {
            await counter.GiveBack(clear: false);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The first failure is the one that is reported.
        }
    }

    private ILoginThrottleGrain Counter(string key) => grains.GetGrain<ILoginThrottleGrain>(key);
}

/// <summary>One attempt to log in.</summary>
/// <param name="verdict">Whether it may go on.</param>
/// <param name="taken">The counters it was taken from, and whether a success forgives their earlier failures.</param>
/// <param name="refusedBy">Which counter said no, for the metric: <c>user</c>, <c>network</c>, or empty.</param>
internal sealed class ThrottledAttempt(
    ThrottleVerdict verdict, IReadOnlyList<(ILoginThrottleGrain Counter, bool Forgives)> taken, string refusedBy)
{
    /// <summary>Which counter said no, for the metric.</summary>
    public string RefusedBy => refusedBy;

    /// <summary>Whether the script may be asked.</summary>
    public bool IsAllowed => verdict.Allowed;

    /// <summary>How long to wait otherwise.</summary>
    public TimeSpan RetryAfter => verdict.RetryAfter;

    /// <summary>The password was right.</summary>
    public Task Succeeded() => Task.WhenAll(taken.Select(static pair => pair.Counter.GiveBack(clear: pair.Forgives)));

    /// <summary>The script could not decide, or could not be asked: nobody guessed anything. Never throws.</summary>
    public Task NotDecided() => Task.WhenAll(taken.Select(static pair => LoginThrottle.TryGiveBack(pair.Counter)));
}
