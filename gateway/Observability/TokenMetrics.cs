using Prometheus;

namespace Uitsmijter.Actors.Gateway.Observability;

/// <summary>The series of the token endpoint (contract http.md §14): names and labels never change, dashboards rest on them.</summary>
internal sealed class TokenMetrics : IDisposable
{
    private const int MostTenants = 10_000;
    private const int MostClients = 10_000;

    /// <summary>Reasons of this kind stand in the label without it, as they always did.</summary>
    private const string Prefix = "ERROR.";

    private readonly Counter _success;
    private readonly Counter _failure;
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
        _success.WithLabels("", "", "", "").Publish();
        _failure.WithLabels("", "", "", "").Publish();
        _exported.Add(_success);
        _exported.Add(_failure);
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

    /// <inheritdoc />
    public void Dispose() => _exported.Dispose();
}
