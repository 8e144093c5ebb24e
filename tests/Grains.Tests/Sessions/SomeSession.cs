using Orleans;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Grains.Sessions;

namespace Uitsmijter.Actors.Grains.Tests.Sessions;

/// <summary>Logins as the gateway reports them.</summary>
internal static class SomeSession
{
    /// <summary>A login of a person at the cheese tenant.</summary>
    public static OpenSession Of(string subject, TimeSpan? idleLimit = null) => new()
    {
        Tenant = "cheese/shop",
        Subject = subject,
        User = $"{subject}@cheese.test",
        Role = "default",
        ProfileJson = $$"""{"name":"{{subject}} of Cheddar","email":"{{subject}}@cheese.test","groups":["tasters","buyers"]}""",
        ProviderScopes = ["cheese:read"],
        Mode = "interceptor",
        Responsibility = "b1d5781111d84f7b3fe45a0852e59758cd7a87e5",
        CookieLife = TimeSpan.FromDays(7),
        IdleLimit = idleLimit,
        AbsoluteLimit = TimeSpan.FromDays(30),
    };

    /// <summary>Opens a session as a login does, under an id the test knows, and wakes its grain.</summary>
    /// <returns>What the grain says of it.</returns>
    public static async Task<SessionOutcome> Open(this ClusterFixture cluster, ISessionGrain session, OpenSession login)
    {
        await cluster.Of<SessionOpenings>(0).Open(session.GetPrimaryKeyString(), login);
        return await session.Look(login.Tenant, default);
    }
}
