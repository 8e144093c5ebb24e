using System.Buffers.Text;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.Grains;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Silo.Catalog;
using Xunit;
using static Uitsmijter.Actors.Silo.Tests.Catalog.ConfigurationDirectory;

namespace Uitsmijter.Actors.Silo.Tests.Catalog;

public sealed class FileSourceTests : IAsyncDisposable
{
    private readonly ConfigurationDirectory _directory = new();

    public ValueTask DisposeAsync() => _directory.DisposeAsync();

    [Fact, Trait("Contract", "configuration 11")]
    public async Task only_visible_yaml_files_of_the_folder_itself_are_read()
    {
        _directory.WriteTenant("one.yml", Tenant("a"));
        _directory.WriteTenant("two.yaml", Tenant("b"));
        _directory.WriteTenant("three.txt", Tenant("c"));
        _directory.WriteTenant(".four.yaml", Tenant("d"));
        _directory.WriteTenant(".gitkeep", "");
        _directory.WriteTenant("five.yaml~", Tenant("e"));
        Directory.CreateDirectory(Path.Combine(_directory.Tenants, "sub.yaml"));
        File.WriteAllText(Path.Combine(_directory.Tenants, "sub.yaml", "six.yaml"), Tenant("f"));

        await _directory.Start();

        Assert.Equal(["a", "b"], _directory.Catalog.TenantNames);
    }

    [Fact, Trait("Contract", "configuration 11")]
    public async Task empty_folders_are_no_error_and_the_catalog_counts_as_loaded()
    {
        await _directory.Start();

        Assert.Empty(_directory.Catalog.TenantNames);
        Assert.Equal(0, _directory.Log.Count("UA"));
    }

    [Fact, Trait("Contract", "configuration 12"), Trait("Contract", "configuration 4")]
    public async Task a_broken_file_keeps_no_other_from_loading()
    {
        _directory.WriteTenant("good.yaml", "name: a\nconfig:\n  hosts: [a.test]\n  providers: []\n  silent_login: false\n  informations: { imprint_url: 'https://a.test/i' }\n");
        _directory.WriteTenant("bad.yaml", "name: b\nconfig: [\n");
        _directory.WriteClient("good.yaml", Client("c", 1));
        _directory.WriteClient("bad.yaml", "name: d\nconfig: {}\n");

        await _directory.Start();

        var tenant = _directory.Catalog.Tenant("a")!;
        Assert.Equal(["a"], _directory.Catalog.TenantNames);
        Assert.Equal([IdentOf(1)], _directory.Catalog.Idents);
        Assert.False(tenant.Tenant.SilentLogin);
        Assert.Equal("https://a.test/i", tenant.Tenant.Informations.ImprintUrl);
        Assert.Equal("Resources/Configurations/Tenants/good.yaml", tenant.Source);
        Assert.Equal(1, _directory.Log.Count("Resources/Configurations/Tenants/bad.yaml"));
        Assert.Equal(3, _directory.Log.Count("Resources/Configurations/Clients/bad.yaml"));
    }

    [Fact, Trait("Contract", "configuration 13")]
    public async Task files_that_are_added_changed_and_deleted_are_followed()
    {
        await _directory.Start();

        _directory.WriteTenant("a.yaml", Tenant("a"));
        _directory.WriteClient("c.yaml", Client("c", 1));
        await Until(() => _directory.Catalog is { TenantNames: ["a"], Idents.Length: 1 });

        _directory.WriteTenant("a.yaml", Tenant("a", "other.test"));
        _directory.WriteClient("c.yaml", Client("c", 2));
        await Until(() => _directory.Catalog.Tenant("a")!.Tenant.Hosts[0] == "other.test" && _directory.Catalog.Idents is [var ident] && ident == IdentOf(2));

        File.Delete(Path.Combine(_directory.Tenants, "a.yaml"));
        File.Delete(Path.Combine(_directory.Clients, "c.yaml"));
        await Until(() => _directory.Catalog is { TenantNames: [], Idents: [] });
    }

    [Fact]
    public async Task a_broken_edit_keeps_the_last_good_version_and_its_repair_is_seen()
    {
        _directory.WriteTenant("a.yaml", Tenant("a"));
        await _directory.Start();

        _directory.WriteTenant("a.yaml", "name: [");
        await Until(() => _directory.Log.Count("UA1001") == 1);
        Assert.Equal(["a"], _directory.Catalog.TenantNames);

        _directory.WriteTenant("a.yaml", Tenant("a", "repaired.test"));
        await Until(() => _directory.Catalog.Tenant("a")!.Tenant.Hosts[0] == "repaired.test");
        Assert.Equal(1, _directory.Log.Count("No longer a problem"));
    }

    [Fact]
    public async Task an_edit_while_the_catalog_is_away_arrives_when_it_is_back()
    {
        _directory.WriteTenant("a.yaml", Tenant("a"));
        _directory.Catalog.IsAway = true;
        await _directory.StartOnly();
        await Until(() => _directory.Catalog.Refusals > 1);

        _directory.Catalog.IsAway = false;
        await Until(() => _directory.Catalog.IsLoaded);
        _directory.Catalog.IsAway = true;
        _directory.WriteTenant("a.yaml", Tenant("a", "edited.test"));
        var before = _directory.Catalog.Refusals;
        await Until(() => _directory.Catalog.Refusals > before);
        _directory.Catalog.IsAway = false;

        await Until(() => _directory.Catalog.Tenant("a")!.Tenant.Hosts[0] == "edited.test");
    }

    [Fact]
    public async Task a_catalog_that_forgot_everything_is_filled_again()
    {
        _directory.WriteTenant("a.yaml", Tenant("a"));
        await _directory.Start();

        _directory.Catalog.Forget();

        await Until(() => _directory.Catalog is { IsLoaded: true, TenantNames: ["a"] });
    }

    [Fact]
    public async Task a_catalog_that_lost_a_record_is_completed_although_somebody_writes_to_the_folder_all_the_time()
    {
        _directory.WriteTenant("a.yaml", Tenant("a"));
        _directory.WriteTenant("b.yaml", Tenant("b"));
        await _directory.Start();
        using var stop = new CancellationTokenSource();
        var noise = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                File.SetLastWriteTimeUtc(Path.Combine(_directory.Tenants, "a.yaml"), DateTime.UtcNow);
                await Task.Delay(5);
            }
        });

        var lost = Stopwatch.StartNew();
        _directory.Catalog.Lose("b");
        await Until(() => _directory.Catalog is { IsLoaded: true, TenantNames: ["a", "b"] });

        // Usually a fifth of a second. It must not wait for a pause in the noise, which comes after a minute or never.
        Assert.InRange(lost.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));

        await stop.CancelAsync();
        await noise;
    }

    [Fact]
    public async Task the_secret_key_of_an_object_store_leaves_the_silo_sealed_and_the_same_twice()
    {
        const string Plain = "S3-secret-nobody-may-read-in-storage";
        _directory.WriteTenant("a.yaml", Tenant("a") + $"  templates: {{ access_key_id: key-1, secret_access_key: {Plain}, bucket: looks }}\n");
        await _directory.Start();
        var first = _directory.Catalog.Tenant("a")!;
        await _directory.Start();
        var second = _directory.Catalog.Tenant("a")!;

        var stored = JsonSerializer.Serialize(first, StoredJson.Options);
        var opened = SealRules.Open(
            new KeySecrets([], [[.. ClusterSecret.RevealBytes()]]),
            new SealLabel(SealLabel.TemplateStore, "a", "key-1"),
            Base64Url.DecodeFromChars(first.Templates!.SealedSecretAccessKey));

        Assert.DoesNotContain(Plain, stored, StringComparison.Ordinal);
        Assert.Null(first.Templates.SecretAccessKey);
        Assert.Equal(Plain, Encoding.UTF8.GetString(Assert.IsType<OpenedSeal.Opened>(opened).Plain));
        Assert.Equal(first.Templates, second.Templates);
    }

    [Fact]
    public async Task one_edited_client_publishes_one_entity()
    {
        _directory.WriteTenant("a.yaml", Tenant("a"));
        for (var i = 1; i <= 50; i++)
        {
            _directory.WriteClient($"c{i}.yaml", Client($"c{i}", i));
        }

        await _directory.Start();
        _directory.Catalog.ForgetChanges();

        _directory.WriteClient("c7.yaml", Client("edited", 7));
        await Until(() => !_directory.Catalog.Changes.IsEmpty);

        var change = Assert.Single(_directory.Catalog.Changes);
        Assert.Equal("edited", Assert.Single(change.Clients).Client.Name);
        Assert.Empty(change.Tenants);
        Assert.Null(change.Retain);
    }

    [Fact]
    public async Task a_touched_file_publishes_nothing()
    {
        _directory.WriteTenant("a.yaml", Tenant("a"));
        await _directory.Start();
        _directory.Catalog.ForgetChanges();

        _directory.WriteTenant("a.yaml", Tenant("a"));
        File.SetLastWriteTimeUtc(Path.Combine(_directory.Tenants, "a.yaml"), DateTime.UtcNow.AddHours(1));
        await _directory.AnotherLook();

        Assert.DoesNotContain(_directory.Catalog.Changes, static change => change.Tenants.Length > 0);
    }

    [Fact]
    public async Task without_monitoring_files_are_read_once()
    {
        _directory.WriteTenant("a.yaml", Tenant("a"));
        var unwatched = await _directory.Start(monitoring: false);
        _directory.WriteTenant("b.yaml", Tenant("b"));
        _directory.Catalog.Forget();

        await Until(() => _directory.Catalog.IsLoaded);

        Assert.Equal(["a"], _directory.Catalog.TenantNames);
        await _directory.Stop(unwatched);
    }

    [Fact]
    public async Task a_restart_removes_what_was_deleted_meanwhile_and_keeps_what_broke()
    {
        _directory.WriteTenant("a.yaml", Tenant("a"));
        _directory.WriteTenant("b.yaml", Tenant("b"));
        await _directory.Stop(await _directory.Start());

        _directory.WriteTenant("a.yaml", "name: [");
        File.Delete(Path.Combine(_directory.Tenants, "b.yaml"));
        await _directory.StartOnly();

        await Until(() => _directory.Catalog.TenantNames is ["a"]);
        Assert.Equal(1, _directory.Log.Count("UA1001"));
    }

    [Fact, Trait("Invariant", "7")]
    public async Task a_silo_that_stood_still_does_not_put_an_old_file_over_a_newer_one()
    {
        _directory.WriteTenant("a.yaml", Tenant("a"));
        await _directory.Start();

        // It has read this version and is on its way with it, while the file and, through another silo, the catalog have gone on.
        _directory.Catalog.BeforeNext = () =>
        {
            _directory.WriteTenant("a.yaml", "name: a\nconfig:\n  hosts: [newest.test]\n  providers: []\n");
            _directory.Catalog.MoveOn();
        };
        _directory.Catalog.ForgetChanges();
        _directory.WriteTenant("a.yaml", "name: a\nconfig:\n  hosts: [old.test]\n  providers: []\n");

        await Until(() => _directory.Catalog.Tenant("a")?.Tenant.Hosts is ["newest.test"]);
        Assert.DoesNotContain(_directory.Catalog.Changes, static change => change.Tenants.Any(static entry => entry.Tenant.Hosts is ["old.test"]));
    }

    [Fact, Trait("Invariant", "7")]
    public async Task a_silo_that_read_its_files_before_it_joined_puts_nothing_old_over_what_changed_meanwhile()
    {
        _directory.WriteTenant("a.yaml", Tenant("a", "old.test"));
        _directory.WriteTenant("gone.yaml", Tenant("gone"));
        var joining = _directory.Make();
        await joining.Begin();

        // While it joins, the files change, and others publish that.
        _directory.WriteTenant("a.yaml", Tenant("a", "newest.test"));
        _directory.WriteTenant("new.yaml", Tenant("new"));
        File.Delete(Path.Combine(_directory.Tenants, "gone.yaml"));
        await _directory.StartOnly();
        await Until(() => _directory.Catalog.TenantNames is ["a", "new"]);
        _directory.Catalog.ForgetChanges();

        await joining.StartAsync(CancellationToken.None);
        await _directory.AnotherLook();

        Assert.Equal(["newest.test"], _directory.Catalog.Tenant("a")!.Tenant.Hosts);
        Assert.Equal(["a", "new"], _directory.Catalog.TenantNames);
        Assert.DoesNotContain(_directory.Catalog.Changes, static change => change.Tenants.Any(static entry => entry.Tenant.Name == "gone" || entry.Tenant.Hosts is ["old.test"]));
    }

    [Fact, Trait("Invariant", "7")]
    public async Task what_others_published_of_a_file_that_broke_since_stays()
    {
        _directory.WriteTenant("a.yaml", Tenant("a"));
        await _directory.Start();

        // Another silo has read and published newer versions of a and c; this one never sees them in one piece, and is told that the catalog has moved on.
        var a = _directory.Catalog.Tenant("a")!;
        _directory.Catalog.BeforeNext = () =>
        {
            _directory.Catalog.MoveOn(a with { Tenant = a.Tenant with { Hosts = ["newest.test"] } });
            _directory.Catalog.MoveOn(a with { Tenant = a.Tenant with { Name = "c", Hosts = ["c.test"] }, Source = a.Source.Replace("a.yaml", "c.yaml", StringComparison.Ordinal) });
            _directory.WriteTenant("a.yaml", "name: [");
            _directory.WriteTenant("c.yaml", "name: [");
        };
        _directory.WriteTenant("b.yaml", Tenant("b"));

        await Until(() => _directory.Catalog.Tenant("b") is not null);
        Assert.Equal(["newest.test"], _directory.Catalog.Tenant("a")!.Tenant.Hosts);
        Assert.Equal(["c.test"], _directory.Catalog.Tenant("c")!.Tenant.Hosts);
    }

    [Fact]
    public async Task somebody_who_publishes_other_files_is_told_of_once_and_so_is_the_end_of_it()
    {
        _directory.Options = _directory.Options with { Patience = TimeSpan.Zero };
        _directory.WriteTenant("a.yaml", Tenant("a"));
        _directory.WriteTenant("b.yaml", Tenant("b"));
        await _directory.Start();

        var a = _directory.Catalog.Tenant("a")!;
        _directory.Catalog.MoveOn(a with { Tenant = a.Tenant with { Hosts = ["of-others.test"] } });
        _directory.Catalog.MoveOnWithout("b");
        _directory.Catalog.MoveOn(a with { Tenant = a.Tenant with { Name = "c", Hosts = ["c.test"] }, Source = "Resources/Configurations/Tenants/c.yaml" });
        await Until(() => _directory.Log.Count("somebody else publishes other files for the service uitsmijter") == 1);
        Assert.Equal(["a", "c"], _directory.Catalog.TenantNames);

        _directory.WriteTenant("b.yaml", Tenant("b", "edited.test"));
        await Until(() => _directory.Log.Count("say again") == 1);

        Assert.Equal(["a", "b"], _directory.Catalog.TenantNames);
        Assert.Equal(["a.test"], _directory.Catalog.Tenant("a")!.Tenant.Hosts);
        Assert.Equal(1, _directory.Log.Count("somebody else publishes"));
    }

    [Fact]
    public async Task what_another_silo_read_a_moment_earlier_is_no_difference()
    {
        _directory.WriteTenant("a.yaml", Tenant("a"));
        await _directory.Start();

        var a = _directory.Catalog.Tenant("a")!;
        _directory.Catalog.MoveOn(a with { Tenant = a.Tenant with { Hosts = ["newest.test"] } });
        await _directory.AnotherLook();
        _directory.WriteTenant("a.yaml", Tenant("a", "newest.test"));
        await _directory.AnotherLook();

        Assert.Equal(0, _directory.Log.Count("somebody else publishes"));
        Assert.Equal(0, _directory.Log.Count("say again"));
    }

    [Fact]
    public async Task two_sources_of_the_same_files_agree()
    {
        _directory.WriteTenant("b.yaml", Tenant("b", "x.test"));
        await _directory.Start();
        _directory.WriteTenant("a.yaml", Tenant("a", "x.test"));
        await Until(() => _directory.Log.Count("UA1060") == 1);

        await _directory.Start();

        Assert.Equal(["b"], _directory.Catalog.TenantNames);
        Assert.Equal(2, _directory.Log.Count("UA1060"));
    }

    [Fact]
    public void the_check_of_a_directory_says_what_a_silo_would()
    {
        _directory.WriteTenant("a.yaml", Tenant("a", "x.test"));
        _directory.WriteTenant("b.yaml", Tenant("b", "x.test"));
        _directory.WriteClient("c.yaml", Client("c", 1, "nobody"));
        _directory.WriteClient("d.yaml", "name: d\n---\nname: e\n");

        var (tenants, clients, problems) = ConfigurationCheck.Run(_directory.Root, new ServerSettings());

        Assert.Equal((1, 1), (tenants, clients));
        Assert.Equal(["UA1063", "UA1002", "UA1060"], problems.Select(static problem => problem.Id));
        Assert.Equal("Resources/Configurations/Clients/d.yaml", problems[1].Source);
        Assert.Equal((4, 2, 3), (problems[0].Line, problems[1].Line, problems[2].Line));
    }
}
