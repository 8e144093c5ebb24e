using System.Text.Json.Serialization;
using Uitsmijter.Actors.Grains.Feeds;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Grains.Catalog;

/// <summary>One stored change of the catalog: exactly one of the four properties is set.</summary>
internal sealed record CatalogRecord : IFeedEntry<CatalogKey>
{
    private const int BareWeight = 512;

    /// <inheritdoc />
    [JsonPropertyName("n")]
    public long Number { get; init; }

    /// <summary>The tenant as it is now.</summary>
    [JsonPropertyName("t")]
    public TenantEntry? Tenant { get; init; }

    /// <summary>The client as it is now.</summary>
    [JsonPropertyName("c")]
    public ClientEntry? Client { get; init; }

    /// <summary>A tenant that is gone; kept so that mirrors learn it.</summary>
    [JsonPropertyName("rt")]
    public string? RemovedTenant { get; init; }

    /// <summary>A client that is gone.</summary>
    [JsonPropertyName("rc")]
    public Guid? RemovedClient { get; init; }

    /// <inheritdoc />
    [JsonIgnore]
    public CatalogKey Key => new(Tenant?.Tenant.Name ?? RemovedTenant, Client?.Client.Ident ?? RemovedClient ?? Guid.Empty);

    /// <summary>True for an entity that is gone.</summary>
    [JsonIgnore]
    public bool IsTombstone => Tenant is null && Client is null;

    /// <inheritdoc />
    [JsonIgnore]
    public int Weight => (Tenant, Client) switch
    {
        ({ } tenant, _) => (2 * BareWeight) + tenant.Providers.Sum(static script => script.Length)
            + tenant.Tenant.Pages.Texts.Sum(static texts => texts.Value.Sum(static text => text.Key.Length + text.Value.Length)),
        (_, { } client) => BareWeight + client.Client.RedirectUrls.Sum(static url => url.Length) + client.Client.Scopes.Sum(static scope => scope.Length),
        _ => 64,
    };
}
