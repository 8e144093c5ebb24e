using Uitsmijter.Actors.GrainInterfaces.Login;

namespace Uitsmijter.Actors.Gateway.Tests.Cluster;

/// <summary>The scripts of all tenants: one person, one password, unless a test decides otherwise.</summary>
internal sealed class FakeProvider : IProviderGrain
{
    public const string Password = "correct horse battery staple";

    private readonly List<(string Tenant, LoginRequest Request)> _asked = [];
    private FakeCluster? _cluster;

    // A grain is found and called on one thread, without a pause between.
    [ThreadStatic]
    private static string? _tenant;

    public IReadOnlyList<(string Tenant, LoginRequest Request)> Asked => _asked;

    /// <summary>Null for somebody who is not let in.</summary>
    public Func<LoginRequest, Approval?> Decide { get; set; } = static request => request.Password == Password
        ? new Approval($"subject-of-{request.Username}") { ProfileJson = """{"name":"Ada Lovelace","secretNote":"only for her"}""", Scopes = ["user:list"] }
        : null;

    /// <summary>While set, the script cannot decide.</summary>
    public ScriptFailure? Failure { get; set; }

    public Func<string, ValidationOutcome> DecideValidity { get; set; } = static _ => new ValidationOutcome.Valid();

    public FakeProvider In(FakeCluster cluster, string tenant)
    {
        _cluster = cluster;
        _tenant = tenant;
        return this;
    }

    public Approval? LogIn(LoginRequest request)
    {
        _cluster!.Guard();
        lock (_asked)
        {
            _asked.Add((_tenant!, request));
        }

        return Decide(request);
    }

    public Task<ValidationOutcome> Validate(string username, CancellationToken cancellationToken)
    {
        _cluster!.Guard();
        return Task.FromResult(DecideValidity(username));
    }
}
