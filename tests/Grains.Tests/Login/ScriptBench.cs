using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Grains.Login.Scripts;
using Uitsmijter.Actors.Protocol.Catalog;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Login;

/// <summary>A pool and an engine room as a silo has them, without the silo.</summary>
internal sealed class ScriptBench : IDisposable
{
    private readonly ScriptPool _pool;
    private readonly ScriptRunner _runner;
    private readonly List<TenantScripts> _made = [];

    public ScriptBench(ScriptLimits? limits = null, PoolLimits? pool = null, TimeProvider? time = null)
    {
        _pool = new(pool ?? PoolLimits.For(Environment.ProcessorCount));
        _runner = new(_pool, new ScriptEngines(limits ?? ScriptLimits.For(TimeSpan.FromSeconds(30))), time ?? TimeProvider.System);
    }

    /// <summary>The pool the scripts run in.</summary>
    public ScriptPool Pool => _pool;

    /// <summary>What the scripts wrote to the log.</summary>
    public CapturedLog Log { get; } = new();

    /// <summary>The addresses of host names; unknown names go to the system.</summary>
    public ConcurrentDictionary<string, Func<IPAddress[]>> Names { get; } = new();

    /// <summary>Whether scripts may reach this machine without being allowed to.</summary>
    public bool Loopback { get; init; } = true;

    /// <summary>A version of a tenant's scripts.</summary>
    public TenantScripts Tenant(string name, ScriptSettings? settings, params string[] sources)
    {
        var tenant = new TenantScripts(
            new TenantEntry
            {
                Tenant = new Tenant { Name = name, Hosts = [$"{name}.example"] },
                Providers = [.. sources],
                Scripts = settings ?? ScriptSettings.Default,
            },
            rules => new ScriptFetcher(rules, Resolve),
            Loopback);
        _made.Add(tenant);
        return tenant;
    }

    /// <summary>Asks a login script.</summary>
    public Task<ScriptResult> LogIn(
        TenantScripts scripts, string username = "ok@example.com", string password = "very-secret",
        string grantType = "interceptor", CancellationToken cancellationToken = default) => _runner.Run(
        new()
        {
            Scripts = scripts,
            ClassName = HostFunctionNames.LoginClass,
            Arguments = [new("username", username), new("password", password), new("grant_type", grantType)],
            Secrets = [password],
            Personal = [username],
            Log = Log,
        },
        cancellationToken);

    /// <summary>Asks the login script of a source.</summary>
    public Task<ScriptResult> LogIn(string source, string username = "ok@example.com", string password = "very-secret") =>
        LogIn(Tenant("acme", null, source), username, password);

    /// <summary>Asks the validation script of a source.</summary>
    public Task<ScriptResult> Validate(string source, string username = "ok@example.com") => _runner.Run(
        new()
        {
            Scripts = Tenant("acme", null, source),
            ClassName = HostFunctionNames.ValidationClass,
            Arguments = [new("username", username)],
            Log = Log,
        },
        default);

    /// <summary>The answer of a script that is written as the body of a constructor which sees <c>c</c>.</summary>
    public Task<ScriptResult> Constructor(string body) => LogIn(Class(body));

    /// <summary>What a script commits that computes one value.</summary>
    public async Task<string?> Value(string expression)
    {
        // A regular expression is timed by the wall clock; a busy machine may cost an honest one its quarter of a second.
        var result = await Constructor($"commit({expression});");
        for (var again = 0; again < 2 && result is ScriptResult.Failed; again++)
        {
            result = await Constructor($"commit({expression});");
        }

        return Assert.Single(Assert.IsType<ScriptResult.Answered>(result).Committed);
    }

    /// <summary>A login provider with this constructor.</summary>
    public static string Class(string body) =>
        $"class UserLoginProvider {{ constructor(c) {{ {body} }} get canLogin() {{ return true; }} get userProfile() {{ return {{}}; }} }}";

    /// <summary>The failure of a run that must have failed.</summary>
    public static ScriptFailure Failure(ScriptResult result) => Assert.IsType<ScriptResult.Failed>(result).Failure;

    /// <inheritdoc />
    public void Dispose()
    {
        _pool.Dispose();
        foreach (var scripts in _made)
        {
            scripts.Fetcher.Dispose();
        }
    }

    private Task<IPAddress[]> Resolve(string host, CancellationToken cancellationToken) =>
        Names.TryGetValue(host, out var addresses) ? Task.FromResult(addresses()) : Dns.GetHostAddressesAsync(host, cancellationToken);
}

/// <summary>Log lines as they would be written.</summary>
internal sealed class CapturedLog : ILogger
{
    public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((logLevel, formatter(state, exception)));
}
