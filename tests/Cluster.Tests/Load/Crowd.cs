using System.Globalization;
using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Processes;

namespace Uitsmijter.Actors.Cluster.Tests.Load;

/// <summary>Everybody at once: people with their applications, an operator who changes the configuration, and readers of it. The same seed does the same in the same order.</summary>
/// <param name="cluster">What they use.</param>
/// <param name="traffic">The way there.</param>
/// <param name="seed">Seed of chance.</param>
/// <param name="isGreedy">Whether everybody uses everything twice and does nothing else.</param>
internal sealed class Crowd(TestCluster cluster, Traffic traffic, int seed, bool isGreedy) : IDisposable
{
    private const int People = 14;

    /// <summary>So many people never log out, and are looked at until the end.</summary>
    private const int Faithful = 8;

    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _tasks = [];
    private readonly Witnesses _witnesses = new(seed, traffic.Wire.Count);
    private int _number;
    private int _faithful;
    private Person? _lastOne;

    /// <summary>Begins.</summary>
    public void Start()
    {
        for (var who = 0; who < People; who++)
        {
            var chance = new Random((seed * 1000) + who);
            _tasks.Add(Task.Run(() => Live(chance)));
        }

        _tasks.Add(Task.Run(Operate));
        _tasks.Add(Task.Run(ReadVersions));
        _tasks.Add(Task.Run(() => _witnesses.Look(_end.Token)));
    }

    /// <summary>Ends; whatever has begun is finished.</summary>
    public async Task End()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_tasks);
    }

    /// <inheritdoc />
    public void Dispose() => _end.Dispose();

    private async Task Live(Random chance)
    {
        while (!_end.IsCancellationRequested)
        {
            var person = new Person(traffic, chance, Entities.Tenants[chance.Next(Entities.Tenants.Length)], Interlocked.Increment(ref _number));
            if (!await person.LogIn())
            {
                await person.VisitAsStranger(_lastOne);
                await Task.Delay(chance.Next(300, 900));
                continue;
            }

            var application = new Application(traffic, chance, person, _witnesses);
            Tokens? kept = null;
            for (var step = chance.Next(6, 16); step > 0 && !_end.IsCancellationRequested; step--)
            {
                kept = await Step(chance, person, application, kept);
                await Task.Delay(chance.Next(50, 400));
            }

            _lastOne = person;
            var leaves = chance.Next(3) != 0;
            if (kept is { } tokens && Interlocked.Increment(ref _faithful) <= Faithful)
            {
                _witnesses.Keep(person.VisitAt);
                _witnesses.Keep(gateway => application.UserInfoAt(gateway, tokens));
            }
            else if (leaves)
            {
                _witnesses.Remember(person.VisitAt);
                await person.LogOut();
            }
        }
    }

    private async Task<Tokens?> Step(Random chance, Person person, Application application, Tokens? kept)
    {
        switch (isGreedy ? chance.Next(9, 13) : chance.Next(16))
        {
            case <= 5:
                await person.Visit();
                return kept;
            case 6:
                await person.VisitAsStranger(_lastOne);
                return kept;
            case 7 or 8 when kept is null:
                return await application.CodeCycle(withReplay: false);
            case 9:
                await application.CodeCycle(withReplay: true);
                return kept;
            case 10:
                await application.PushedRequest();
                return kept;
            case 11:
                await application.Device();
                return kept;
            case 12 when kept is { Refresh: not null }:
                return await application.Refresh(kept, isGreedy ? chance.Next(2, 5) : chance.Next(1, 4)) ?? kept;
            case 12 when isGreedy:
                return await application.CodeCycle(withReplay: false);
            case 13 when kept is { Refresh: not null } && await application.Refresh(kept) is { } next:
                await application.Reuse(kept, next);
                return null;
            case 14 when kept is { Refresh: not null } && chance.Next(3) == 0:
                await application.Revoke(kept);
                return null;
            default:
                await (kept is null ? person.Visit() : application.UserInfo(kept));
                return kept;
        }
    }

    // Every third version is not valid: it must be told, and change nothing.
    private async Task Operate()
    {
        var chance = new Random(seed);
        traffic.Recorder.Add(Write(1));
        await RotateKeys();
        for (var version = 2; !_end.IsCancellationRequested; version++)
        {
            await Pause(TimeSpan.FromMilliseconds(chance.Next(2000, 5000)));
            var valid = version % 3 != 0;
            var write = Write(valid ? version : -version);
            cluster.Entities.WriteVersion(valid ? version : -version);
            traffic.Recorder.Add(write with { End = traffic.Recorder.Now });
        }
    }

    // The next key is announced now and signs when the clocks are two hours further.
    private async Task RotateKeys()
    {
        foreach (var tenant in Entities.Tenants)
        {
            await traffic.Do(
                Traffic.About(OperationKind.RotateKeys, 0, new Owner(tenant)),
                _ => traffic.Wire.Command(cluster.Gateways[0].Management, $"/tenants/{tenant}/keys/rotate", TestCluster.ManagementToken),
                static (operation, answer) => operation with { Outcome = answer.Outcome(answer.Text("kid") is not null) });
        }
    }

    private Operation Write(int version) => Traffic.About(OperationKind.Configure, 0, new Owner(Entities.Changing)) with
    {
        Number = traffic.Recorder.Next(),
        Start = traffic.Recorder.Now,
        End = traffic.Recorder.Now,
        Outcome = Outcome.Granted,
        Version = version,
    };

    private async Task ReadVersions()
    {
        while (!_end.IsCancellationRequested)
        {
            for (var gateway = 0; gateway < traffic.Wire.Count; gateway++)
            {
                await traffic.Do(
                    Traffic.About(OperationKind.ReadConfiguration, gateway, new Owner(Entities.Changing)),
                    chosen => traffic.Wire.Send(chosen, "/.well-known/openid-configuration", $"id.{Entities.Changing}.test"),
                    static (operation, answer) => operation with
                    {
                        Outcome = answer.Outcome(answer.Text("issuer") is not null),
                        Version = answer.Text("issuer") is { } issuer ? int.Parse(issuer.Split('/')[^1], CultureInfo.InvariantCulture) : 0,
                    });
            }

            await Pause(TimeSpan.FromMilliseconds(300));
        }
    }

    private async Task Pause(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, _end.Token);
        }
        catch (OperationCanceledException)
        {
            // The run ends.
        }
    }
}
