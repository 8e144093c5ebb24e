using Prometheus;

namespace Uitsmijter.Actors.Gateway.Observability;

/// <summary>The series of the token and revocation endpoints (contract http.md §14): names and labels never change, dashboards rest on them.</summary>
internal sealed class TokenMetrics : IDisposable
{
    private const int MostTenants = 10_000;
    private const int MostClients = 10_000;

    /// <summary>Reasons of this kind stand in the label without it, as they always did.</summary>
    private const string Prefix = "ERROR.";

    private readonly Counter _success;
    private readonly Counter _failure;
    private readonly Counter _revoked;
    private readonly Counter _notRevoked;
    private readonly Histogram _stored;
    private readonly BoundedLabels _tenants = new(MostTenants);
    private readonly BoundedLabels _clients = new(MostClients);
    private readonly ExportedSeries _exported = new();

    /// <summary>Registers the series, so that each one is there before its first event.</summary>
    /// <param name="registry">The process's registry.</param>
    public TokenMetrics(CollectorRegistry registry)
    {
        var factory = Prometheus.Metrics.WithCustomRegistry(registry);
        _success = factory.CreateCounter("uitsmijter_oauth_success", "Requests for tokens that got some.", "tenant", "client", "grant_type", "token_type");
        _failure = factory.CreateCounter("uitsmijter_oauth_failure", "Requests for tokens that were refused.", "tenant", "client", "grant_type", "reason");
        _revoked = factory.CreateCounter("uitsmijter_revoke_success", "Tokens that were revoked, or were none of the client's.", "tenant", "client", "token_type");
        _notRevoked = factory.CreateCounter("uitsmijter_revoke_failure", "Requests for a revocation that were refused.", "tenant", "client", "reason");
        _stored = factory.CreateHistogram(
            "uitsmijter_token_stored", "Codes, refresh tokens and device codes that were stored.", new HistogramConfiguration { Buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        _success.WithLabels("", "", "", "").Publish();
        _failure.WithLabels("", "", "", "").Publish();
        _revoked.WithLabels("", "", "").Publish();
        _notRevoked.WithLabels("", "", "").Publish();
        Array.ForEach([_success, _failure, _revoked, _notRevoked], _exported.Add);
        _exported.Add(_stored);
    }

    /// <summary>A client got tokens.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="client">Name of the client.</param>
    /// <param name="grantType">By which grant, one of ours.</param>
    /// <param name="tokenType"><c>Bearer</c> or <c>DPoP</c>.</param>
    public void Issued(string tenant, string client, string grantType, string tokenType)
    {
        _success.WithLabels(_tenants.Of(tenant), _clients.Of(client), grantType, tokenType).Inc();
        RequestSpan.Tell(tenant, RequestSpan.TokensIssued);
    }

    /// <summary>A client got none.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="client">Name of the client.</param>
    /// <param name="grantType">By which grant, one of ours.</param>
    /// <param name="reason">Reason of the catalogue.</param>
    public void Refused(string tenant, string client, string grantType, string reason)
    {
        _failure.WithLabels(_tenants.Of(tenant), _clients.Of(client), grantType, reason.StartsWith(Prefix, StringComparison.Ordinal) ? reason[Prefix.Length..] : reason).Inc();
        RequestSpan.Tell(tenant, RequestSpan.TokensRefused);
    }

    /// <summary>A revocation was answered with success.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="client">Name of the client.</param>
    /// <param name="tokenType">One of <see cref="Protocol.Words.TokenTypeHints"/>.</param>
    public void Revoked(string tenant, string client, string tokenType) => _revoked.WithLabels(_tenants.Of(tenant), _clients.Of(client), tokenType).Inc();

    /// <summary>A revocation was refused.</summary>
    /// <param name="tenant">Tenant name of the client the request names; empty where there is none.</param>
    /// <param name="client">Name of that client; empty where there is none.</param>
    /// <param name="error">Code of the standard.</param>
    public void NotRevoked(string tenant, string client, string error) => _notRevoked.WithLabels(_tenants.Of(tenant), _clients.Of(client), error).Inc();

    /// <summary>
    /// A code, a refresh token or a device code was stored. Dashboards read the count; the contract's value, how many records there are, would need a walk over the
    /// whole storage, so it is 1.
    /// </summary>
    public void Stored() => _stored.Observe(1);

    /// <inheritdoc />
    public void Dispose() => _exported.Dispose();
}
