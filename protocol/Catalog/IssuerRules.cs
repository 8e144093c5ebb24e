namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>The one issuer of a tenant (RFC 8414 §2): the same in every token and every document, whatever host was asked.</summary>
public static class IssuerRules
{
    /// <summary>The configured issuer, else the login domain, else the first exact host; null when the tenant has wildcards only.</summary>
    /// <param name="tenant">The tenant.</param>
    public static string? IssuerOf(Tenant tenant)
    {
        if (tenant.Issuer is { Length: > 0 } configured)
        {
            return configured.TrimEnd('/');
        }

        var host = tenant.Interceptor.Domain ?? tenant.Hosts.FirstOrDefault(static candidate => !candidate.Contains('*', StringComparison.Ordinal));
        return host is null ? null : $"{SchemeOf(host)}://{host}";
    }

    /// <summary>As <see cref="IssuerOf(Tenant)"/>; a tenant of wildcards alone borrows the server's public name, where its login page is too.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="publicDomain"><c>PUBLIC_DOMAIN</c>.</param>
    public static string IssuerOf(Tenant tenant, string publicDomain) => IssuerOf(tenant) ?? $"{SchemeOf(publicDomain)}://{publicDomain}";

    private static string SchemeOf(string host)
    {
        var name = host.Split(':')[0];
        return name is "localhost" or "127.0.0.1" || name.EndsWith(".localhost", StringComparison.Ordinal) ? "http" : "https";
    }
}
