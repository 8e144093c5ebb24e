using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Uitsmijter.Actors.Grains.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>Seals the credentials of tenants' object stores, and secrets with which clients sign, before they leave the process that read them.</summary>
internal sealed class StoreCredentials(ClusterSecrets secrets)
{
    /// <summary>The same entries, with nothing in them that could be used without <c>KEY_ENCRYPTION_SECRET</c>.</summary>
    /// <param name="tenants">Entries as they were read, or as they came from the catalog.</param>
    /// <param name="cancellationToken">Stops waiting for the cluster's secrets.</param>
    public async Task<ImmutableArray<TenantEntry>> Seal(ImmutableArray<TenantEntry> tenants, CancellationToken cancellationToken)
    {
        if (!tenants.Any(static entry => entry.Templates is { SecretAccessKey: not null }))
        {
            return tenants;
        }

        var known = await secrets.Read(cancellationToken);
        return [.. tenants.Select(entry => entry.Templates is { SecretAccessKey: { } plain } store ? entry with { Templates = Sealed(known, entry.Tenant.Name, store, plain) } : entry)];
    }

    /// <summary>The same entries: of their secrets the digest alone, and the secret itself, sealed, where the client signs with it.</summary>
    /// <param name="clients">Entries as they were read, or as they came from the catalog.</param>
    /// <param name="cancellationToken">Stops waiting for the cluster's secrets.</param>
    public async Task<ImmutableArray<ClientEntry>> Seal(ImmutableArray<ClientEntry> clients, CancellationToken cancellationToken)
    {
        if (!clients.Any(static entry => entry.SecretSource is not null))
        {
            return clients;
        }

        var known = await secrets.Read(cancellationToken);
        return [.. clients.Select(entry => Sealed(known, entry))];
    }

    private static ClientEntry Sealed(KeySecrets known, ClientEntry entry)
    {
        if (entry is not { SecretSource: ClientSecretSource.Text { Value: var secret }, Client: { AuthenticationMethod: ClientAuthenticationMethods.SecretJwt } client })
        {
            return entry with { SecretSource = null };
        }

        var bytes = Encoding.UTF8.GetBytes(secret);
        var sealedBytes = SealRules.SealAlike(known, new SealLabel(SealLabel.ClientSecret, client.TenantName, client.Ident.ToString("D")), bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return entry with { SecretSource = null, SealedSecret = [.. sealedBytes] };
    }

    private static TemplateStore Sealed(KeySecrets known, string tenant, TemplateStore store, string plain)
    {
        var bytes = Encoding.UTF8.GetBytes(plain);
        var sealedBytes = SealRules.SealAlike(known, new SealLabel(SealLabel.TemplateStore, tenant, store.AccessKeyId), bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return store with { SecretAccessKey = null, SealedSecretAccessKey = Base64Url.EncodeToString(sealedBytes) };
    }
}
