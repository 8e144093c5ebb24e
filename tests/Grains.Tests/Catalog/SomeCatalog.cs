using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Grains.Tests.Catalog;

/// <summary>Validated entities as a source publishes them.</summary>
internal static class SomeCatalog
{
    /// <summary>A tenant with a login script.</summary>
    public static TenantEntry Tenant(string name, string script = "class UserLoginProvider { constructor(c) { commit(true); } }") => new()
    {
        Tenant = new Tenant { Name = name, Hosts = [$"{name}.example.test", $"*.{name}.example.test"] },
        Providers = [script],
        Source = $"Tenants/{name}.yaml",
    };

    /// <summary>A confidential client.</summary>
    public static ClientEntry Client(int number, string tenant, string name = "client") => new()
    {
        Client = new Client
        {
            Ident = Ident(number),
            Name = $"{name}-{number}",
            TenantName = tenant,
            RedirectUrls = [$"https://client-{number}.example.test/callback", "http://localhost:.+/callback"],
            Scopes = ["openid", "profile", "email"],
            IsConfidential = true,
        },
        SecretDigest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        Source = $"Clients/{number}.yaml",
    };

    /// <summary>The ident of the client with a number.</summary>
    public static Guid Ident(int number) => new(number, 0x1234, 0x4abc, [0x80, 1, 2, 3, 4, 5, 6, 7]);

    /// <summary>A full load in batches as the sources send it, the last one retaining exactly what was loaded.</summary>
    public static IEnumerable<CatalogChange> Load(IReadOnlyList<TenantEntry> tenants, IReadOnlyList<ClientEntry> clients, int batch = 2_000)
    {
        foreach (var some in tenants.Chunk(batch))
        {
            yield return new CatalogChange { Tenants = [.. some] };
        }

        foreach (var some in clients.Chunk(batch))
        {
            yield return new CatalogChange { Clients = [.. some] };
        }

        yield return new CatalogChange
        {
            Retain = new CatalogRetention(
                [.. tenants.Select(static tenant => tenant.Tenant.Name)],
                [.. clients.Select(static client => client.Client.Ident)]),
        };
    }

    /// <summary>Reads as a mirror does, from a position to the end.</summary>
    public static async Task<Reader> ReadAll(ICatalogGrain catalog, Reader? from = null, int limit = 1_000)
    {
        var reader = from ?? new Reader();
        CatalogEntriesPage page;
        do
        {
            page = await catalog.ReadEntries(reader.Epoch, reader.Version, limit, default);
            reader.Apply(page);
        }
        while (page.More);
        return reader;
    }
}

/// <summary>What a mirror knows after some pages.</summary>
internal sealed class Reader
{
    public long Epoch { get; private set; }

    public long Version { get; private set; }

    public bool IsLoaded { get; private set; }

    public int Pages { get; private set; }

    public int Received { get; private set; }

    public Dictionary<string, TenantEntry> Tenants { get; } = [];

    public Dictionary<Guid, ClientEntry> Clients { get; } = [];

    public void Apply(CatalogEntriesPage page)
    {
        if (page.Epoch != Epoch)
        {
            Tenants.Clear();
            Clients.Clear();
        }

        (Epoch, Version, IsLoaded) = (page.Epoch, page.Version, page.Loaded);
        Pages++;
        Received += page.Tenants.Length + page.Clients.Length + page.RemovedTenants.Length + page.RemovedClients.Length;
        foreach (var tenant in page.Tenants)
        {
            Tenants[tenant.Tenant.Name] = tenant;
        }

        foreach (var client in page.Clients)
        {
            Clients[client.Client.Ident] = client;
        }

        foreach (var name in page.RemovedTenants)
        {
            Tenants.Remove(name);
        }

        foreach (var ident in page.RemovedClients)
        {
            Clients.Remove(ident);
        }
    }
}
