namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Names what is counted: a tenant by its name, a client by its ident.</summary>
public static class ActivityKeys
{
    private const string ClientPrefix = "client|";

    /// <summary>The key of a client; no tenant has such a name.</summary>
    /// <param name="ident">The client.</param>
    public static string Of(Guid ident) => ClientPrefix + ident.ToString("D");

    /// <summary>The client a key names; null for a tenant's.</summary>
    /// <param name="key">The key.</param>
    public static string? ClientOf(string key) => key.StartsWith(ClientPrefix, StringComparison.Ordinal) ? key[ClientPrefix.Length..] : null;
}
