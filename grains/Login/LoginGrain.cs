using Orleans.Concurrency;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Sessions;

namespace Uitsmijter.Actors.Grains.Login;

/// <inheritdoc cref="ILoginGrain"/>
// As many workers as the provider has: an attempt mostly waits for somebody's user database.
[StatelessWorker(ProviderGrain.MaxWorkers)]
[GrainType("login")]
internal sealed class LoginGrain(CatalogEntries catalog, NetworkCounters networks, NameCounters names, ProviderScripts scripts, SessionOpenings sessions) : Grain, ILoginGrain
{
    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken) => catalog.UntilLoaded(cancellationToken);

    /// <inheritdoc />
    public async Task<AttemptOutcome> Attempt(AttemptLogin request, CancellationToken cancellationToken)
    {
        var network = await networks.Take(request.NetworkCounter, cancellationToken);
        return network.Verdict.Allowed
            ? await TakeName(request, network, cancellationToken)
            : new AttemptOutcome.Throttled(ByNetwork: true, network.Verdict.RetryAfter);
    }

    private async Task<AttemptOutcome> TakeName(AttemptLogin request, NetworkAttempt network, CancellationToken cancellationToken)
    {
        NameAttempt attempt;
        try
        {
            attempt = await names.Take(request.NameCounter, cancellationToken);
        }
        catch (Exception)
        {
            networks.GiveBack(network);
            throw;
        }

        if (!attempt.Verdict.Allowed)
        {
            // This attempt never reaches the script: it must not count against everybody else in the network.
            networks.GiveBack(network);
            return new AttemptOutcome.Throttled(ByNetwork: false, attempt.Verdict.RetryAfter);
        }

        return await Decide(request, network, attempt, cancellationToken);
    }

    private async Task<AttemptOutcome> Decide(AttemptLogin request, NetworkAttempt network, NameAttempt attempt, CancellationToken cancellationToken)
    {
        switch (await Ask(request, network, attempt, cancellationToken))
        {
            case LoginOutcome.Approved approved when request.Terms.Requirement is { } requirement && !requirement.IsMetBy(approved.Acr):
                // Somebody who has the password must not try second factors without a limit: where one fails, scripts come to this.
                await names.Keep(attempt);
                return new AttemptOutcome.TooWeak();
            case LoginOutcome.Approved approved:
                // Names that look alike share a counter: whoever owns one of them must not buy fresh guesses at the other by logging in.
                await GiveBack(network, attempt, clear: request.IsKnownBrowser);
                return new AttemptOutcome.LoggedIn(await sessions.Open(SessionOf(request, approved)));
            case LoginOutcome.Denied:
                await names.Keep(attempt);
                return new AttemptOutcome.Denied();
            case LoginOutcome.Failed(var failure):
                await GiveBack(network, attempt, clear: false);
                return new AttemptOutcome.Failed(failure);
            default:
                throw new InvalidOperationException("An outcome of a login nobody knows.");
        }
    }

    private async Task<LoginOutcome> Ask(AttemptLogin request, NetworkAttempt network, NameAttempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await scripts.LogIn(this.GetPrimaryKeyString(), request.Credentials, cancellationToken);
        }
        catch (Exception)
        {
            // A caller who hangs up keeps the count: they may have learned what they wanted to know.
            await (cancellationToken.IsCancellationRequested ? names.Keep(attempt) : GiveBack(network, attempt, clear: false));
            throw;
        }
    }

    private Task GiveBack(NetworkAttempt network, NameAttempt attempt, bool clear)
    {
        networks.GiveBack(network);
        return names.GiveBack(attempt, clear);
    }

    private OpenSession SessionOf(AttemptLogin request, LoginOutcome.Approved approved) => new()
    {
        Tenant = this.GetPrimaryKeyString(),
        Subject = approved.Subject,
        User = request.Credentials.Username,
        Role = approved.Role,
        ProfileJson = approved.ProfileJson,
        ProviderScopes = approved.Scopes,
        Acr = approved.Acr,
        Amr = approved.Amr,
        Mode = request.Terms.Mode,
        Responsibility = request.Terms.Responsibility,
        CookieLife = request.Terms.CookieLife,
        IdleLimit = request.Terms.IdleLimit,
        AbsoluteLimit = request.Terms.AbsoluteLimit,
        Browser = request.Terms.Browser,
        HasNoCookie = request.Terms.HasNoCookie,
    };
}
