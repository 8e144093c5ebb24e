using Xunit;
using static Uitsmijter.Actors.Silo.Tests.Catalog.ConfigurationDirectory;

namespace Uitsmijter.Actors.Silo.Tests.Catalog;

/// <summary>Folders change in other ways than by a file that is written: editors rename, ConfigMaps exchange links, mounts go and come.</summary>
public sealed class FolderChangeTests : IAsyncDisposable
{
    private readonly ConfigurationDirectory _directory = new();

    public ValueTask DisposeAsync() => _directory.DisposeAsync();

    [Fact]
    public async Task an_editor_that_writes_beside_and_renames_is_followed()
    {
        _directory.WriteTenant("a.yaml", Tenant("a"));
        await _directory.Start();

        _directory.WriteTenant("4913", "");
        _directory.WriteTenant(".a.yaml.swp", "swap");
        _directory.WriteTenant("a.yaml.new", Tenant("a", "renamed.test"));
        File.Move(Path.Combine(_directory.Tenants, "a.yaml.new"), Path.Combine(_directory.Tenants, "a.yaml"), overwrite: true);

        await Until(() => _directory.Catalog.Tenant("a")!.Tenant.Hosts[0] == "renamed.test");
        Assert.DoesNotContain(_directory.Catalog.Changes, static change => change.RemovedTenants.Length > 0);
    }

    [Fact]
    public async Task an_editor_that_deletes_before_it_writes_ends_no_tenant()
    {
        _directory.Options = _directory.Options with { DeletionGrace = TimeSpan.FromSeconds(30) };
        _directory.WriteTenant("a.yaml", Tenant("a"));
        _directory.WriteTenant("b.yaml", Tenant("b"));
        await _directory.Start();

        File.Delete(Path.Combine(_directory.Tenants, "a.yaml"));
        await _directory.AnotherLook();
        _directory.WriteTenant("a.yaml", Tenant("a", "back.test"));
        await Until(() => _directory.Catalog.Tenant("a")!.Tenant.Hosts[0] == "back.test");

        Assert.DoesNotContain(_directory.Catalog.Changes, static change => change.RemovedTenants.Length > 0);
    }

    [Fact]
    public async Task a_config_map_that_exchanges_its_files_is_followed_without_removing_anything()
    {
        void Version(string name, string host)
        {
            var folder = Path.Combine(_directory.Tenants, name);
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "a.yaml"), Tenant("a", host));
            File.CreateSymbolicLink(Path.Combine(_directory.Tenants, "..data_tmp"), name);

            // The rename of a link to a folder over another, in one step, as the kubelet does it.
            using var move = System.Diagnostics.Process.Start("mv", ["-T", Path.Combine(_directory.Tenants, "..data_tmp"), Path.Combine(_directory.Tenants, "..data")]);
            move.WaitForExit();
            Assert.Equal(0, move.ExitCode);
        }

        Version("..2026_01", "one.test");
        File.CreateSymbolicLink(Path.Combine(_directory.Tenants, "a.yaml"), "..data/a.yaml");
        await _directory.Start();
        Assert.Equal(["one.test"], _directory.Catalog.Tenant("a")!.Tenant.Hosts);

        Version("..2026_02", "two.test");
        Directory.Delete(Path.Combine(_directory.Tenants, "..2026_01"), recursive: true);

        await Until(() => _directory.Catalog.Tenant("a")!.Tenant.Hosts[0] == "two.test");
        Assert.DoesNotContain(_directory.Catalog.Changes, static change => change.RemovedTenants.Length > 0);
    }

    [Fact]
    public async Task a_link_that_leads_nowhere_for_a_while_keeps_its_tenant()
    {
        var target = Path.Combine(_directory.Root, "real.yaml");
        File.WriteAllText(target, Tenant("a"));
        File.CreateSymbolicLink(Path.Combine(_directory.Tenants, "a.yaml"), target);
        await _directory.Start();

        File.Delete(target);
        await Until(() => _directory.Log.Count("UA1007") == 1);
        Assert.Equal(["a"], _directory.Catalog.TenantNames);

        File.WriteAllText(target, Tenant("a", "again.test"));
        await Until(() => _directory.Catalog.Tenant("a")!.Tenant.Hosts[0] == "again.test");
    }

    [Fact]
    public async Task a_folder_that_vanishes_and_returns_takes_nothing_away()
    {
        _directory.WriteTenant("a.yaml", Tenant("a"));
        _directory.WriteTenant("b.yaml", Tenant("b"));
        await _directory.Start();

        Directory.Move(_directory.Tenants, _directory.Tenants + ".away");
        await Until(() => _directory.Log.Count("the folder has gone") == 1);
        await _directory.AnotherLook();
        Assert.Equal(["a", "b"], _directory.Catalog.TenantNames);

        Directory.Move(_directory.Tenants + ".away", _directory.Tenants);
        await Until(() => _directory.Log.Count("No longer a problem") == 1);
        _directory.WriteTenant("b.yaml", Tenant("b", "after.test"));
        await Until(() => _directory.Catalog.Tenant("b")!.Tenant.Hosts[0] == "after.test");
        Assert.DoesNotContain(_directory.Catalog.Changes, static change => change.RemovedTenants.Length > 0);
    }

    [Fact]
    public async Task a_folder_that_is_emptied_for_a_moment_takes_nothing_away_and_one_that_stays_empty_does()
    {
        _directory.Options = _directory.Options with { DeletionGrace = TimeSpan.FromMilliseconds(10), EmptiedGrace = TimeSpan.FromSeconds(15) };
        _directory.WriteTenant("a.yaml", Tenant("a"));
        _directory.WriteTenant("b.yaml", Tenant("b"));
        await _directory.Start();

        File.Delete(Path.Combine(_directory.Tenants, "a.yaml"));
        File.Delete(Path.Combine(_directory.Tenants, "b.yaml"));
        await _directory.AnotherLook();
        Assert.Equal(["a", "b"], _directory.Catalog.TenantNames);

        await Until(() => _directory.Catalog.TenantNames.IsEmpty);
    }

    [Fact]
    public async Task a_missing_folder_is_a_warning_and_is_read_as_soon_as_it_is_there()
    {
        await using var bare = new ConfigurationDirectory(withFolders: false);
        await bare.Start();
        Assert.Equal(2, bare.Log.Count("UA1008"));

        Directory.CreateDirectory(bare.Tenants);
        bare.WriteTenant("a.yaml", Tenant("a"));

        await Until(() => bare.Catalog.TenantNames is ["a"]);
    }
}
