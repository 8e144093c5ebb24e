using System.Globalization;
using System.Text.Json;
using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Invariants;
using Uitsmijter.Actors.Cluster.Tests.Load;
using Uitsmijter.Actors.Cluster.Tests.Nemesis;
using Uitsmijter.Actors.Cluster.Tests.Processes;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>A cluster with a crowd that uses it and a nemesis that breaks it, and the history of both.</summary>
internal sealed class Trial : IAsyncDisposable
{
    private static readonly string[] _onPurpose = ["Uitsmijter.Actors.Silo.Catalog.FileSource", "Uitsmijter.Actors.Grains.Grants.GrantGrain"];

    private static readonly TimeSpan _beat = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _busy = TimeSpan.FromSeconds(1);

    private readonly Wire _wire;
    private readonly Traffic _traffic;
    private readonly Crowd _crowd;
    private readonly CancellationTokenSource _over = new();
    private Task _supervision = Task.CompletedTask;

    private Trial(TestCluster cluster, int seed, bool isGreedy)
    {
        Cluster = cluster;
        _wire = new Wire(cluster.Addresses);
        _traffic = new Traffic(_wire, Recorder, TimeSpan.FromMilliseconds(12));
        _crowd = new Crowd(cluster, _traffic, seed, isGreedy);
        Tormentor = new Tormentor(cluster, Recorder, new Random(seed));
    }

    /// <summary>The bounds the cluster of a trial is judged by.</summary>
    public static Bounds Bounds { get; } = new() { Stale = TestCluster.StaleLimit, Grace = Entities.Grace };

    /// <summary>The cluster.</summary>
    public TestCluster Cluster { get; }

    /// <summary>Who breaks it.</summary>
    public Tormentor Tormentor { get; }

    /// <summary>Where both write.</summary>
    public Recorder Recorder { get; } = new();

    /// <summary>Seed of this run: <c>UITSMIJTER_SEED</c>, else the given one.</summary>
    public static int Seed(int usual) => int.TryParse(Environment.GetEnvironmentVariable("UITSMIJTER_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : usual;

    /// <summary>Starts cluster and crowd.</summary>
    /// <param name="seed">Seed of chance.</param>
    /// <param name="settings">Environment of all processes beside the usual.</param>
    public static async Task<Trial> Start(int seed, IReadOnlyDictionary<string, string>? settings = null) => Start(await TestCluster.Start(settings: settings), seed, isGreedy: false);

    /// <summary>Starts two halves of a cluster that know nothing of each other, over one storage, and a crowd that uses everything twice and does nothing else.</summary>
    /// <param name="seed">Seed of chance.</param>
    /// <param name="settings">Environment of all processes beside the usual.</param>
    /// <remarks>The split is a fault of all the time: one half hears of what the other one ended from storage alone, so it is judged by what holds whatever is wrong.</remarks>
    public static async Task<Trial> StartSplit(int seed, IReadOnlyDictionary<string, string>? settings = null)
    {
        var trial = Start(await TestCluster.Start(silos: 2, settings: settings, isSplit: true), seed, isGreedy: true);
        trial.Recorder.Add(new Fault(FaultKind.Cut, "each half from the other", TimeSpan.Zero, TimeSpan.FromDays(1)));
        return trial;
    }

    private static Trial Start(TestCluster cluster, int seed, bool isGreedy)
    {
        var trial = new Trial(cluster, seed, isGreedy);
        trial._supervision = Task.WhenAll(trial.Cluster.Supervise(trial._over.Token), trial.WatchMachine());
        trial._crowd.Start();
        return trial;
    }

    /// <summary>Ends the crowd; what it has begun is finished.</summary>
    /// <returns>The history.</returns>
    public async Task<History> End()
    {
        await _crowd.End();
        await _over.CancelAsync();
        await _supervision;
        return Recorder.Read();
    }

    /// <summary>Does one fault after the other, ends, and judges; the report goes to the test's output.</summary>
    /// <param name="name">Name of the run.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="faults">What to do.</param>
    /// <param name="settle">How long to let the cluster alone before each fault and after the last.</param>
    public async Task<(History History, IReadOnlyList<Violation> Violations)> Run(string name, int seed, IEnumerable<Func<Task>> faults, TimeSpan settle)
    {
        Exception? failure = null;
        try
        {
            foreach (var fault in faults)
            {
                await Task.Delay(settle);
                await fault();
            }

            await Task.Delay(settle);
        }
        catch (Exception exception) when (exception is InvalidOperationException or TimeoutException)
        {
            failure = exception;
        }

        var history = await End();
        var violations = All.Violations(history, Bounds);
        var report = string.Create(CultureInfo.InvariantCulture, $"Seed {seed}\n{new Report(history, Bounds, violations)}");
        TestContext.Current.TestOutputHelper?.WriteLine(report);
        Keep(name, history, report + string.Join('\n', violations));
        return failure is null ? (history, violations) : throw new InvalidOperationException("The cluster did not come back.", failure);
    }

    /// <summary>What the processes complained of, in the order of their clocks: a request that failed is explained here or nowhere.</summary>
    /// <param name="most">At most so many lines.</param>
    /// <remarks>Without what the crowd does on purpose: it breaks a file every few seconds, and uses spent refresh tokens again.</remarks>
    public string Complaints(int most = 60) => Complaints(Cluster, most);

    /// <summary>Warnings and errors of all processes, in their order.</summary>
    /// <param name="cluster">The processes.</param>
    /// <param name="most">How many at most.</param>
    public static string Complaints(TestCluster cluster, int most = 60) => string.Join('\n', cluster.Silos.Concat(cluster.Gateways).SelectMany(static member => Records(member)
            .Where(static record => record.GetProperty("level").GetString() is "WARNING" or "ERROR" or "CRITICAL" && !_onPurpose.Contains(record.GetProperty("source").GetString()))
            .Select(record => (Date: record.GetProperty("date").GetString(), Line: $"{member.Name}: {record}")))
        .OrderBy(static complaint => complaint.Date, StringComparer.Ordinal).Select(static complaint => complaint.Line).Take(most));

    /// <summary>The log records of a process.</summary>
    /// <param name="member">Which.</param>
    public static IEnumerable<JsonElement> Records(Member member) => member.Output.Split('\n')
        .Where(static line => line.StartsWith('{'))
        .Select(static line => JsonDocument.Parse(line).RootElement);

    private async Task WatchMachine()
    {
        for (var before = Recorder.Now; !_over.IsCancellationRequested; before = Recorder.Now)
        {
            await Task.Delay(_beat);
            if (Recorder.Now - before > _beat + _busy)
            {
                Recorder.Add(new Fault(FaultKind.Busy, "this machine", before, Recorder.Now));
            }
        }
    }

    // History, report and what the processes printed, where UITSMIJTER_KEEP names a folder.
    private void Keep(string name, History history, string report)
    {
        if (Environment.GetEnvironmentVariable("UITSMIJTER_KEEP") is not { Length: > 0 } folder)
        {
            return;
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name + ".md"), report);
        File.WriteAllText(Path.Combine(folder, name + ".history"), history.Excerpt(history.Operations));
        foreach (var member in Cluster.Silos.Concat(Cluster.Gateways))
        {
            File.WriteAllText(Path.Combine(folder, $"{name}-{member.Name}.log"), member.Output);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _crowd.Dispose();
        _traffic.Dispose();
        _wire.Dispose();
        _over.Dispose();
        await Cluster.DisposeAsync();
    }
}
