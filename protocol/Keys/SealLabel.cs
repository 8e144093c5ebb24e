namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>What a sealed value is; it opens only under the same label.</summary>
/// <param name="Purpose">Kind of key, one of the constants here; each has a sealing key of its own.</param>
/// <param name="Owner">Tenant name, or empty for keys of the whole cluster.</param>
/// <param name="Id">The key's id.</param>
public sealed record SealLabel(string Purpose, string Owner, string Id)
{
    /// <summary>Private signing keys of a tenant.</summary>
    public const string SigningKey = "signing-key";

    /// <summary>Master keys of Data Protection.</summary>
    public const string SealingKey = "sealing-key";

    /// <summary>Secret keys of the object stores tenants keep their templates in; the id is the access key's.</summary>
    public const string TemplateStore = "template-store";

    /// <summary>Secrets with which clients sign assertions; the owner is the client's tenant, the id is its ident.</summary>
    public const string ClientSecret = "client-secret";
}
