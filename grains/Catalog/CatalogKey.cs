namespace Uitsmijter.Actors.Grains.Catalog;

/// <summary>Names one entity of the catalog.</summary>
/// <param name="Tenant">Name of a tenant, or null when a client is meant.</param>
/// <param name="Client">Ident of a client.</param>
internal readonly record struct CatalogKey(string? Tenant, Guid Client);
