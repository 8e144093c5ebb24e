using System.Buffers.Text;
using System.Security.Cryptography;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.GrainInterfaces.Sessions;

namespace Uitsmijter.Actors.Gateway.Tests.Cluster;

/// <summary>Attempts to log in: the counters, the script and the session of the cluster, one after the other.</summary>
internal sealed class FakeLogin(FakeCluster cluster, string tenant) : ILoginGrain
{
    public async Task<AttemptOutcome> Attempt(AttemptLogin request, CancellationToken cancellationToken)
    {
        cluster.Guard();
        var (network, name) = (Counter(request.NetworkCounter), Counter(request.NameCounter));
        if (await network.Take(cancellationToken) is { Allowed: false } byNetwork)
        {
            return new AttemptOutcome.Throttled(true, byNetwork.RetryAfter);
        }

        if (await name.Take(cancellationToken) is { Allowed: false } byName)
        {
            return new AttemptOutcome.Throttled(false, byName.RetryAfter);
        }

        var approval = cluster.Provider.In(cluster, tenant).LogIn(request.Credentials);
        var failure = cluster.Provider.Failure;
        if (failure is null && approval is null)
        {
            return new AttemptOutcome.Denied();
        }

        if (failure is null && request.Terms.Requirement is { } requirement && !requirement.IsMetBy(approval!.Acr))
        {
            return new AttemptOutcome.TooWeak();
        }

        await network.GiveBack(clear: false);
        await name.GiveBack(failure is null && request.IsKnownBrowser);
        return failure is { } reason ? new AttemptOutcome.Failed(reason) : Open(request, approval!);
    }

    private AttemptOutcome.LoggedIn Open(AttemptLogin request, Approval approval)
    {
        var session = (FakeSession)cluster.GetGrain<ISessionGrain>(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
        var opened = session.Open(
            new OpenSession
            {
                Tenant = tenant,
                Subject = approval.Subject,
                User = request.Credentials.Username,
                Role = "user",
                ProfileJson = approval.ProfileJson,
                ProviderScopes = approval.Scopes,
                Acr = approval.Acr,
                Mode = request.Terms.Mode,
                Responsibility = request.Terms.Responsibility,
                CookieLife = request.Terms.CookieLife,
                IdleLimit = request.Terms.IdleLimit,
                AbsoluteLimit = request.Terms.AbsoluteLimit,
                Browser = request.Terms.Browser,
                HasNoCookie = request.Terms.HasNoCookie,
            });
        return new AttemptOutcome.LoggedIn(opened);
    }

    private ILoginThrottleGrain Counter(string key) => cluster.GetGrain<ILoginThrottleGrain>(key);
}
