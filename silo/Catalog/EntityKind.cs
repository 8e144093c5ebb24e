namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>What the files of a folder describe.</summary>
internal enum EntityKind
{
    /// <summary>Tenants.</summary>
    Tenant,

    /// <summary>Clients.</summary>
    Client,
}
