using System.Globalization;
using System.Net;
using System.Security.Authentication;
using k8s.Autorest;

namespace Uitsmijter.Actors.Clustering.Kubernetes.Api;

/// <summary>One failed request, understood: what it means, what to do, and how long the API server wants to be left alone.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Sentence">What is wrong and what to do, without a full stop.</param>
/// <param name="RetryAfter">Pause the API server asked for; zero where it did not.</param>
/// <param name="NeedsConnection">True where credentials or trust may have been renewed on disk and are to be read anew.</param>
internal sealed record ApiTrouble(ApiTroubleKind Kind, string Sentence, TimeSpan RetryAfter = default, bool NeedsConnection = false)
{
    private const string Documentation = "clustering-kubernetes/README.md";

    /// <summary>True where every other request meets the same trouble: it is told once, not once a request.</summary>
    public bool IsShared => Kind is ApiTroubleKind.Configuration or ApiTroubleKind.Unreachable or ApiTroubleKind.Slow or ApiTroubleKind.Failing
        or ApiTroubleKind.Throttling or ApiTroubleKind.Unknown;

    /// <summary>True where it passes by itself.</summary>
    public bool IsPassing => Kind is ApiTroubleKind.Slow or ApiTroubleKind.Failing or ApiTroubleKind.Throttling or ApiTroubleKind.Expired;

    /// <summary>The trouble of rules that a review found missing.</summary>
    /// <param name="missing">What may not be done.</param>
    /// <param name="connection">Where.</param>
    public static ApiTrouble Forbidden(IEnumerable<ApiRequest> missing, ApiConnection connection) => new(
        ApiTroubleKind.Forbidden,
        $"the service account may not {string.Join(", ", missing)} in namespace {connection.Namespace} (403): bind the Role of {Documentation} to it");

    /// <summary>Understands a failure, or returns null for one that is not the API server's.</summary>
    /// <param name="failure">What the client threw.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="connection">Where; null where there is none yet.</param>
    /// <param name="limit">How long a request may take.</param>
    /// <param name="now">Now, for a pause given as an instant.</param>
    public static ApiTrouble? Of(Exception failure, ApiRequest request, ApiConnection? connection, TimeSpan limit, DateTimeOffset now) => failure switch
    {
        ApiTroubleException own => own.Trouble,
        KubernetesClusteringException configuration => new(ApiTroubleKind.Configuration, configuration.Message),
        HttpOperationException { Response: { } response } => OfAnswer(response, request, connection, now),
        OperationCanceledException => new(ApiTroubleKind.Slow, $"the Kubernetes API at {connection?.Host} did not answer within {limit.TotalSeconds:0.#} s"),
        HttpRequestException => OfConnection(failure, connection),
        IOException or ObjectDisposedException => new(ApiTroubleKind.Unreachable, $"the connection to the Kubernetes API at {connection?.Host} broke"),
        _ => null,
    };

    private static ApiTrouble OfConnection(Exception failure, ApiConnection? connection)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException)
            {
                return new(
                    ApiTroubleKind.Unreachable,
                    $"the certificate of the Kubernetes API at {connection?.Host} is not trusted: check ca.crt of the service account, or certificate-authority of the kubeconfig",
                    NeedsConnection: true);
            }
        }

        var reason = failure is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and var error } ? error.ToString() : failure.GetType().Name;
        return new(ApiTroubleKind.Unreachable, $"the Kubernetes API at {connection?.Host} cannot be reached ({reason})");
    }

    private static ApiTrouble OfAnswer(HttpResponseMessageWrapper response, ApiRequest request, ApiConnection? connection, DateTimeOffset now)
    {
        var status = ApiStatus.Read(response.Content);
        var said = status?.Message is { Length: > 0 } message ? ": " + message : "";
        switch (response.StatusCode)
        {
            case HttpStatusCode.Unauthorized:
                return new(ApiTroubleKind.Unknown, "the Kubernetes API does not accept the credential (401): renew the service account token or the kubeconfig", NeedsConnection: true);
            case HttpStatusCode.Forbidden:
                return new(ApiTroubleKind.Forbidden, $"the Kubernetes API forbids to {request} in namespace {connection?.Namespace} (403): bind the Role of {Documentation} to the service account{said}");
            case HttpStatusCode.NotFound when status?.Kind == ApiStatus.Namespaces:
                return new(ApiTroubleKind.NoNamespace, $"the namespace {connection?.Namespace} does not exist: create it");
            case HttpStatusCode.NotFound:
                return new(ApiTroubleKind.Undefined, $"the Kubernetes API does not know {request.Resource}: apply the resource definitions in clustering-kubernetes/crds");
            case HttpStatusCode.Gone:
                return new(ApiTroubleKind.Expired, $"what the Kubernetes API knew for {request} has expired (410): reading anew");
            case HttpStatusCode.TooManyRequests:
                return new(ApiTroubleKind.Throttling, "the Kubernetes API asks for fewer requests (429): if it lasts, raise its limits or the priority level of this service account", RetryAfterOf(response, status, now));
            case HttpStatusCode.RequestEntityTooLarge:
                return new(ApiTroubleKind.TooLarge, "the membership table is longer than a Kubernetes object may be (413): lower ClusterMembershipOptions.DefunctSiloExpiration");
            case HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity:
                return new(ApiTroubleKind.Invalid, $"the Kubernetes API refuses to {request} ({(int)response.StatusCode}): apply the resource definitions of this version from clustering-kubernetes/crds{said}");
            case >= HttpStatusCode.InternalServerError when status?.Message?.Contains("too large", StringComparison.Ordinal) == true:
                return new(ApiTroubleKind.TooLarge, "the membership table is longer than a Kubernetes object may be: lower ClusterMembershipOptions.DefunctSiloExpiration");
            default:
                return new(ApiTroubleKind.Failing, $"the Kubernetes API fails to {request} ({(int)response.StatusCode}){said}", RetryAfterOf(response, status, now));
        }
    }

    // RFC 9110 §10.2.3: seconds or a date; the body of a status carries seconds, too.
    private static TimeSpan RetryAfterOf(HttpResponseMessageWrapper response, ApiStatus? status, DateTimeOffset now)
    {
        var text = response.Headers.TryGetValue("Retry-After", out var values) ? values.FirstOrDefault() : null;
        var pause = int.TryParse(text, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds)
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var date) ? date - now
            : TimeSpan.FromSeconds(status?.RetryAfterSeconds ?? 0);
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause < _longestPause ? pause : _longestPause;
    }

    // A server, or something before it, that asks for hours is not obeyed: silos could not join.
    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(1);
}
