using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Silo.Catalog;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Catalog;

/// <summary>Tests that measure the process run when nothing else does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class LargeDirectoryTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const int Turns = 10;

    private readonly ConfigurationDirectory _directory = new();

    public ValueTask DisposeAsync() => _directory.DisposeAsync();

    private static string Tenant(int number) => string.Create(CultureInfo.InvariantCulture, $$"""
        name: tenant{{number}}
        config:
          hosts: [login.tenant{{number}}.test, "*.apps.tenant{{number}}.test", "preview{{number}}-*.shared.test"]
          interceptor: { enabled: true, domain: login.tenant{{number}}.test, cookie: .tenant{{number}}.test }
          jwt_algorithm: ES256
          providers:
            - |
              class UserLoginProvider {
                allowed = false;
                constructor(credentials) { this.allowed = credentials.username.length > {{number % 10}}; commit({ subject: credentials.username }); }
                get canLogin() { return this.allowed; }
                get userProfile() { return {}; }
                get role() { return "user"; }
              }
            - |
              class UserValidationProvider {
                constructor(args) { commit(true); }
                get isValid() { return true; }
              }
        """);

    [Fact]
    public async Task ten_thousand_tenants_load_within_five_seconds()
    {
        const int Count = 10_000;
        for (var i = 0; i < Count; i++)
        {
            _directory.WriteTenant($"{i}.yaml", Tenant(i));
        }

        var (tenants, problems) = (0, ImmutableArray<ConfigurationProblem>.Empty);
        var check = await Yardstick.Measure(() =>
        {
            (tenants, _, problems) = ConfigurationCheck.Run(_directory.Root, new ServerSettings());
            return Task.CompletedTask;
        });
        var load = await Yardstick.Measure(() => _directory.Start());

        output.WriteLine($"processor time to read, translate, check scripts and judge, cold: {check}; again, with publishing: {load}");
        Assert.Equal(Count, tenants);
        Assert.Empty(problems);
        Assert.Equal(Count, _directory.Catalog.TenantNames.Length);
        Assert.All(_directory.Catalog.Changes, static change => Assert.InRange(change.Tenants.Length, 0, 2000));

        // Five seconds of two quiet cores; the files are read in parallel.
        Assert.InRange(check, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.InRange(load, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void one_edited_client_costs_the_same_among_a_hundred_thousand()
    {
        const int Edits = 2000;
        EditsOf(1000, Edits);
        var few = EditsOf(1000, Edits);
        var many = EditsOf(100_000, Edits);

        // A cost that grew with the clients would make a hundred of it; the least of several turns is free of what else the machine does.
        output.WriteLine($"{Edits} edits among 1,000 clients: {few}; among 100,000: {many}");
        Assert.InRange(many / few, 0, 20);
    }

    [Fact]
    public void a_second_look_reads_no_file_whose_stamp_did_not_move()
    {
        const int Count = 5000;
        for (var i = 0; i < Count; i++)
        {
            _directory.WriteClient($"{i}.yaml", ConfigurationDirectory.Client($"c{i}", i + 1));
        }

        var scan = new FolderScan(ConfigurationFolder.Below(_directory.Root)[1], new FileSourceOptions(), TimeProvider.System);
        var first = scan.Look(isFirst: true);
        var path = Path.Combine(_directory.Clients, "7.yaml");
        var stamp = File.GetLastWriteTimeUtc(path);
        _directory.WriteClient("7.yaml", ConfigurationDirectory.Client("x7", 8));
        File.SetLastWriteTimeUtc(path, stamp);

        var look = Stopwatch.StartNew();
        var second = scan.Look(isFirst: false);
        look.Stop();
        var named = scan.Look(["7.yaml"]);

        output.WriteLine($"a look at {Count} unchanged files: {look.Elapsed}");
        Assert.Equal(Count, first.Count);
        Assert.Empty(second);
        Assert.Equal("x7", Assert.IsType<SourceChange.ToClient>(Assert.Single(named)).Entry.Client.Name);
    }

    private static TimeSpan EditsOf(int clients, int edits)
    {
        var set = new CatalogSet(new Dictionary<string, string>());
        set.Apply([.. Enumerable.Range(1, clients).Select(static number => Client(number, "before"))]);
        var best = TimeSpan.MaxValue;
        for (var turn = 0; turn < Turns; turn++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < edits / Turns; i++)
            {
                var outcome = set.Apply([Client(1 + (i % clients), $"after {turn} {i}")]);
                Assert.Single(outcome.Clients);
            }

            var took = Stopwatch.GetElapsedTime(started);
            best = took < best ? took : best;
        }

        return best;
    }

    private static SourceChange.ToClient Client(int number, string name) => new(
        new ClientEntry
        {
            Source = $"{number}.yaml",
            Client = new Client { Name = name, Ident = ConfigurationDirectory.IdentOf(number), TenantName = "a", RedirectUrls = [] },
        },
        default,
        []);
}
