using System.Globalization;
using System.Net;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Cluster.Tests.Processes;

/// <summary>Silos, gateways and Redis as processes of their own, with every line between them in the test's hand.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    /// <summary><c>MANAGEMENT_TOKEN</c> of the gateways.</summary>
    public const string ManagementToken = "a management token for the tests of this project";

    /// <summary><c>STALE_LIMIT</c> of a test cluster, short so that a test can wait for it.</summary>
    public static readonly TimeSpan StaleLimit = TimeSpan.FromSeconds(15);

    /// <summary>Folder with the programs this project was built with.</summary>
    public static readonly string ThisBuild = AppContext.BaseDirectory;

    private readonly List<Member> _silos = [];
    private readonly List<Member> _gateways = [];
    private readonly List<Uri> _addresses = [];
    private readonly Dictionary<string, string> _settings;
    private readonly HttpClient _probe = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly bool _isSplit;
    private int _numberOfSilos;

    private TestCluster(DurableRedis redis, Entities entities, IReadOnlyDictionary<string, string>? settings, bool isSplit)
    {
        (Redis, Entities, _isSplit) = (redis, entities, isSplit);
        _settings = new Dictionary<string, string>(settings ?? new Dictionary<string, string>())
        {
            ["CLUSTERING"] = "redis",
            ["STORAGE"] = "redis",
            ["ORLEANS_ADVERTISED_IP"] = "127.0.0.1",
            ["DIRECTORY"] = entities.Directory,
            ["STALE_LIMIT"] = StaleLimit.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            ["JWT_SECRET"] = "forTestingPurposesOnly-and-long-enough",
            ["KEY_ENCRYPTION_SECRET"] = "a secret for the tests of this project only",
            ["MANAGEMENT_TOKEN"] = ManagementToken,
            ["TOKEN_EXPIRATION_IN_HOURS"] = "24",
            ["LOG_FORMAT"] = "ndjson",
            ["DOTNET_STARTUP_HOOKS"] = Path.Combine(AppContext.BaseDirectory, "Uitsmijter.Actors.Cluster.Faults.dll"),
        };
        Switchboard.Register(redis.Port, DurableRedis.Name);
    }

    /// <summary>The lines between the processes.</summary>
    public Switchboard Switchboard { get; } = new();

    /// <summary>The store.</summary>
    public DurableRedis Redis { get; }

    /// <summary>The configuration files.</summary>
    public Entities Entities { get; }

    /// <summary>The silos that run.</summary>
    public IReadOnlyList<Member> Silos => _silos;

    /// <summary>The gateways, running or not.</summary>
    public IReadOnlyList<Member> Gateways => _gateways;

    /// <summary>Public addresses of the gateways, in their order.</summary>
    public IReadOnlyList<Uri> Addresses => _addresses;

    /// <summary>How far everybody's wall clock is from the machine's; members that start have it from their first moment on.</summary>
    public TimeSpan Offset { get; private set; }

    /// <summary>Starts a cluster and waits until every gateway is ready.</summary>
    /// <param name="silos">How many silos.</param>
    /// <param name="gateways">How many gateways.</param>
    /// <param name="settings">Environment of all its processes beside the usual.</param>
    /// <param name="isSplit">
    /// Whether every second member believes in another cluster over the same storage: two activations of every grain, all the time, which a cluster that works has
    /// for moments.
    /// </param>
    public static async Task<TestCluster> Start(int silos = 3, int gateways = 2, IReadOnlyDictionary<string, string>? settings = null, bool isSplit = false)
    {
        Assert.SkipUnless(RedisServer.IsInstalled, "redis-server is not installed");
        var cluster = new TestCluster(await DurableRedis.Start(), Entities.Write(), settings, isSplit);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, silos).Select(_ => cluster.AddSilo()));
            var ports = Ports.Free(gateways);
            foreach (var port in ports)
            {
                cluster._addresses.Add(new Uri($"http://127.0.0.1:{port}"));
                cluster._gateways.Add(cluster.NewMember($"gateway-{cluster._gateways.Count}"));
            }

            await Task.WhenAll(cluster._gateways.Select(cluster.StartGateway));
            await Task.WhenAll(cluster._gateways.Select(gateway => cluster.IsReady(gateway)));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Settings of members that show each other certificates.</summary>
    /// <param name="authority">Who signs them.</param>
    public static Dictionary<string, string> Tls(CertificateAuthority authority)
    {
        var (certificate, key) = authority.Sign("member", "cluster.uitsmijter.test");
        return new() { ["ORLEANS_TLS_CERTIFICATE"] = certificate, ["ORLEANS_TLS_KEY"] = key, ["ORLEANS_TLS_CA"] = authority.Authorities };
    }

    /// <summary>Settings of members that ask a Sentinel where Redis is, and count a write when one replica has it.</summary>
    /// <param name="redis">What it watches.</param>
    public static Dictionary<string, string> Watched(WatchedRedis redis) => new() { ["REDIS_URI"] = redis.Address, ["REDIS_REPLICAS"] = "1" };

    /// <summary>Starts one more silo.</summary>
    public Task<Member> AddSilo() => AddSilo([], isKeptOut: false);

    /// <summary>Starts one more silo with settings of its own.</summary>
    /// <param name="settings">Environment of this silo alone.</param>
    /// <param name="isKeptOut">Whether it will not join, so that only its management port is waited for.</param>
    public async Task<Member> AddSilo(IEnumerable<KeyValuePair<string, string>> settings, bool isKeptOut)
    {
        var silo = NewMember($"silo-{Interlocked.Increment(ref _numberOfSilos)}");
        foreach (var (name, value) in settings)
        {
            silo.Settings[name] = value;
        }

        lock (_silos)
        {
            _silos.Add(silo);
        }

        await StartSilo(silo, isKeptOut);
        return silo;
    }

    /// <summary>Starts a silo, for the first time or again: at new ports, as on another machine.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="isKeptOut">Whether it will not join, so that only its management port is waited for.</param>
    public async Task StartSilo(Member silo, bool isKeptOut = false)
    {
        var ports = Ports.Free(3);
        Switchboard.Register(ports[1], silo.Name);
        Switchboard.Register(ports[2], silo.Name);
        await Run(silo, "Uitsmijter.Actors.Silo", ports[0], ports[isKeptOut ? 0 : 2], new()
        {
            ["ORLEANS_SILO_PORT"] = Text(ports[1]),
            ["ORLEANS_GATEWAY_PORT"] = Text(ports[2]),
        });
    }

    /// <summary>Starts a gateway, for the first time or again, at its address.</summary>
    public Task StartGateway(Member gateway)
    {
        var address = _addresses[_gateways.IndexOf(gateway)];
        return Run(gateway, "Uitsmijter.Actors.Gateway", Ports.Free(1)[0], address.Port, new() { ["ASPNETCORE_URLS"] = address.ToString() });
    }

    /// <summary>Ends a member: by its own means (SIGTERM), waiting for its end, or without a word (SIGKILL).</summary>
    /// <param name="member">Which.</param>
    /// <param name="gracefully">True for SIGTERM.</param>
    public static async Task End(Member member, bool gracefully)
    {
        var process = member.Process!;
        member.IsWanted = false;
        if (gracefully)
        {
            await process.Signal("TERM");
            await process.Ends(TimeSpan.FromSeconds(60));
        }
        else
        {
            await process.Kill();
        }

        await Clear(member);
    }

    /// <summary>Starts a member again that has ended or was ended.</summary>
    public Task Start(Member member) => _gateways.Contains(member) ? StartGateway(member) : StartSilo(member);

    /// <summary>
    /// What an orchestrator does: starts again whoever ended without being told to. A silo that others gave up while it stood still ends itself when
    /// it learns of it.
    /// </summary>
    /// <param name="cancellationToken">Ends the watch.</param>
    public async Task Supervise(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            foreach (var member in _silos.Concat(_gateways).Where(static member => member is { IsWanted: true, Process.HasEnded: true }).ToList())
            {
                await Clear(member);
                await Start(member);
            }

            await Task.Delay(250, CancellationToken.None);
        }
    }

    private static async Task Clear(Member member)
    {
        member.Past = member.Output;
        await member.Process!.DisposeAsync();
        member.Process = null;
    }

    /// <summary>Forgets a silo that has ended and will not come back.</summary>
    public void Forget(Member silo) => _silos.Remove(silo);

    /// <summary>Sets a member's wall clock this far from everybody's.</summary>
    public void StepClock(Member member, TimeSpan offset) => WriteClock(member.Clock, Offset + offset);

    /// <summary>Sets everybody's wall clock forward, for good.</summary>
    public void StepClocks(TimeSpan offset)
    {
        Offset += offset;
        foreach (var member in _silos.Concat(_gateways))
        {
            WriteClock(member.Clock, Offset);
        }
    }

    /// <summary>Waits until a member says that it is ready.</summary>
    public Task IsReady(Member member) => Answers(member, HttpStatusCode.NoContent);

    /// <summary>Waits until a member's readiness probe answers with a status.</summary>
    public async Task Answers(Member member, HttpStatusCode status)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var last = "nothing";
        while (!patience.IsCancellationRequested)
        {
            try
            {
                using var answer = await _probe.GetAsync(new Uri(member.Management, "/health/ready"), CancellationToken.None);
                if (answer.StatusCode == status)
                {
                    return;
                }

                last = await answer.Content.ReadAsStringAsync(CancellationToken.None);
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                last = exception.Message;
            }

            await Task.Delay(50, CancellationToken.None);
        }

        throw new InvalidOperationException($"{member.Name} never answered {status}, but {last}\n{member.Output[^Math.Min(member.Output.Length, 4000)..]}");
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var member in _gateways.Concat(_silos))
        {
            if (member.Process is { } process)
            {
                await process.DisposeAsync();
            }

            File.Delete(member.Clock);
        }

        await Redis.DisposeAsync();
        await Switchboard.DisposeAsync();
        _probe.Dispose();
        Entities.Dispose();
    }

    private Member NewMember(string name)
    {
        var member = new Member(name, Path.Combine(Entities.Directory, name + ".clock")) { Management = new Uri("http://127.0.0.1") };
        WriteClock(member.Clock, Offset);
        return member;
    }

    private static void WriteClock(string file, TimeSpan offset)
    {
        File.WriteAllText(file + ".new", ((long)offset.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        File.Move(file + ".new", file, overwrite: true);
    }

    private async Task Run(Member member, string assembly, int management, int port, Dictionary<string, string> own)
    {
        foreach (var (name, value) in _settings)
        {
            own.TryAdd(name, value);
        }

        foreach (var (name, value) in member.Settings)
        {
            own[name] = value;
        }

        own["MANAGEMENT_PORT"] = Text(management);
        if (_isSplit)
        {
            own["ORLEANS_CLUSTER_ID"] = member.Name[^1] % 2 == 0 ? "left" : "right";
        }

        own.TryAdd("REDIS_URI", $"127.0.0.1:{Switchboard.Open(member.Name, Redis.Port)}");
        own["FAULTS_SWITCHBOARD"] = Text(Switchboard.Open(member.Name));
        own["FAULTS_CLOCK"] = member.Clock;
        member.Management = new Uri($"http://127.0.0.1:{management}");
        var scratch = Directory.CreateTempSubdirectory("uitsmijter-member-").FullName;
        member.Process = await ChildProcess.Start("dotnet", [Path.Combine(member.Build, assembly + ".dll")], scratch, port, own);
        member.IsWanted = true;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
