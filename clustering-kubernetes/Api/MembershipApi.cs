using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Uitsmijter.Actors.Clustering.Kubernetes.Resources;

namespace Uitsmijter.Actors.Clustering.Kubernetes.Api;

/// <summary>The few things membership asks of the API server. An object that is not there and a write that lost are answers, not failures.</summary>
/// <param name="calls">Sends requests.</param>
internal sealed class MembershipApi(ApiCalls calls)
{
    private const int PageLength = 500;

    /// <summary>Reads a membership table; null where there is none.</summary>
    /// <param name="name">Name of its object.</param>
    /// <param name="patience">How long it is tried.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<OrleansCluster?> ReadCluster(string name, TimeSpan patience, CancellationToken cancellationToken) =>
        calls.Send(
            ApiRequest.ReadCluster,
            (api, end) => Unless(
                HttpStatusCode.NotFound,
                () => api.Client.CustomObjects.GetNamespacedCustomObjectAsync<OrleansCluster>(
                    ResourceWords.Group, ResourceWords.Version, api.Namespace, ResourceWords.Clusters, name, end)),
            patience,
            cancellationToken);

    /// <summary>Makes a membership table; null where another silo has done it.</summary>
    /// <inheritdoc cref="ReplaceCluster" path="/param"/>
    public Task<OrleansCluster?> CreateCluster(OrleansCluster cluster, TimeSpan patience, CancellationToken cancellationToken) =>
        calls.Send(
            ApiRequest.CreateCluster,
            (api, end) => Unless(
                HttpStatusCode.Conflict,
                () => api.Client.CustomObjects.CreateNamespacedCustomObjectAsync<OrleansCluster>(
                    cluster, ResourceWords.Group, ResourceWords.Version, api.Namespace, ResourceWords.Clusters, fieldManager: ResourceWords.Writer, cancellationToken: end)),
            patience,
            cancellationToken);

    /// <summary>
    /// Writes a membership table on the condition that it still has the resource version it was read with; null where it has not.
    /// A try whose answer was lost may have written: the next one then loses against it, and Orleans reads anew.
    /// </summary>
    /// <param name="cluster">The table.</param>
    /// <param name="patience">How long it is tried.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<OrleansCluster?> ReplaceCluster(OrleansCluster cluster, TimeSpan patience, CancellationToken cancellationToken) =>
        calls.Send(
            ApiRequest.ReplaceCluster,
            (api, end) => Unless(
                HttpStatusCode.NotFound,
                () => Unless(
                    HttpStatusCode.Conflict,
                    () => api.Client.CustomObjects.ReplaceNamespacedCustomObjectAsync<OrleansCluster>(
                        cluster, ResourceWords.Group, ResourceWords.Version, api.Namespace, ResourceWords.Clusters, cluster.Metadata.Name, fieldManager: ResourceWords.Writer, cancellationToken: end))),
            patience,
            cancellationToken);

    /// <summary>Deletes a membership table, if there is one.</summary>
    /// <inheritdoc cref="ReadCluster" path="/param"/>
    public Task DeleteCluster(string name, TimeSpan patience, CancellationToken cancellationToken) =>
        Delete(ApiRequest.DeleteCluster, name, patience, cancellationToken);

    /// <summary>Reads all signs of life of a cluster.</summary>
    /// <inheritdoc cref="ReadCluster" path="/param"/>
    public Task<List<OrleansHeartbeat>> ListHeartbeats(string name, TimeSpan patience, CancellationToken cancellationToken) =>
        calls.Send(
            ApiRequest.ListHeartbeats,
            async (api, end) =>
            {
                // A position that expires between two pages (410) ends the try; the next one begins at the first page.
                var all = new List<OrleansHeartbeat>();
                string? position = null;
                do
                {
                    var page = await api.Client.CustomObjects.ListNamespacedCustomObjectAsync<OrleansHeartbeat.Page>(
                        ResourceWords.Group, ResourceWords.Version, api.Namespace, ResourceWords.Heartbeats, continueParameter: position, labelSelector: $"{ResourceWords.ClusterLabel}={name}", limit: PageLength, cancellationToken: end);
                    all.AddRange(page.Items);
                    position = page.Metadata?.ContinueProperty;
                }
                while (!string.IsNullOrEmpty(position));
                return all;
            },
            patience,
            cancellationToken);

    /// <summary>Writes a sign of life.</summary>
    /// <param name="heartbeat">The sign.</param>
    /// <param name="patience">How long it is tried.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task Write(OrleansHeartbeat heartbeat, TimeSpan patience, CancellationToken cancellationToken)
    {
        // Its silo alone writes it, so there is nothing to lose against.
        if (await Patch(heartbeat, patience, cancellationToken) is null
            && await Create(heartbeat, patience, cancellationToken) is null)
        {
            await Patch(heartbeat, patience, cancellationToken);
        }
    }

    /// <summary>Deletes a sign of life, if there is one.</summary>
    /// <inheritdoc cref="ReadCluster" path="/param"/>
    public Task DeleteHeartbeat(string name, TimeSpan patience, CancellationToken cancellationToken) =>
        Delete(ApiRequest.DeleteHeartbeat, name, patience, cancellationToken);

    /// <summary>Waits until a silo may do all it has to: a rule that is missing is told now, not when the silo first needs it.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task MayDoAll(CancellationToken cancellationToken) =>
        calls.Send(
            ApiRequest.ReadCluster,
            async (api, end) =>
            {
                var missing = new List<ApiRequest>();
                foreach (var request in ApiRequest.OfSilos)
                {
                    if (!await IsAllowed(api, request, end))
                    {
                        missing.Add(request);
                    }
                }

                return missing.Count == 0 ? true : throw new ApiTroubleException(ApiTrouble.Forbidden(missing, api));
            },
            Timeout.InfiniteTimeSpan,
            cancellationToken);

    private Task<OrleansHeartbeat?> Patch(OrleansHeartbeat heartbeat, TimeSpan patience, CancellationToken cancellationToken) =>
        calls.Send(
            ApiRequest.PatchHeartbeat,
            (api, end) => Unless(
                HttpStatusCode.NotFound,
                () => api.Client.CustomObjects.PatchNamespacedCustomObjectAsync<OrleansHeartbeat>(
                    new V1Patch(new { spec = new { aliveTime = heartbeat.Spec.AliveTime } }, V1Patch.PatchType.MergePatch),
                    ResourceWords.Group, ResourceWords.Version, api.Namespace, ResourceWords.Heartbeats, heartbeat.Metadata.Name, fieldManager: ResourceWords.Writer, cancellationToken: end)),
            patience,
            cancellationToken);

    private Task<OrleansHeartbeat?> Create(OrleansHeartbeat heartbeat, TimeSpan patience, CancellationToken cancellationToken) =>
        calls.Send(
            ApiRequest.CreateHeartbeat,
            (api, end) => Unless(
                HttpStatusCode.Conflict,
                () => api.Client.CustomObjects.CreateNamespacedCustomObjectAsync<OrleansHeartbeat>(
                    heartbeat, ResourceWords.Group, ResourceWords.Version, api.Namespace, ResourceWords.Heartbeats, fieldManager: ResourceWords.Writer, cancellationToken: end)),
            patience,
            cancellationToken);

    private Task<object?> Delete(ApiRequest request, string name, TimeSpan patience, CancellationToken cancellationToken) =>
        calls.Send(
            request,
            (api, end) => Unless(
                HttpStatusCode.NotFound,
                () => api.Client.CustomObjects.DeleteNamespacedCustomObjectAsync<object>(
                    ResourceWords.Group, ResourceWords.Version, api.Namespace, request.Resource, name, cancellationToken: end)),
            patience,
            cancellationToken);

    // Everybody may ask this unless an administrator took it away; then the requests themselves will tell.
    private static async Task<bool> IsAllowed(ApiConnection api, ApiRequest request, CancellationToken cancellationToken)
    {
        var review = await Unless(HttpStatusCode.Forbidden, () => api.Client.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(
            new V1SelfSubjectAccessReview
            {
                Spec = new V1SelfSubjectAccessReviewSpec
                {
                    ResourceAttributes = new V1ResourceAttributes
                    {
                        Group = ResourceWords.Group,
                        Resource = request.Resource,
                        Verb = request.Verb,
                        NamespaceProperty = api.Namespace,
                    },
                },
            },
            cancellationToken: cancellationToken));
        return review is null || review.Status.Allowed;
    }

    // A 404 without a Status is about the resource definition, one about a namespace is about that: both are troubles, not answers.
    private static async Task<T?> Unless<T>(HttpStatusCode status, Func<Task<T>> ask)
        where T : class?
    {
        try
        {
            return await ask();
        }
        catch (HttpOperationException refusal) when (refusal.Response?.StatusCode == status
            && (status != HttpStatusCode.NotFound || ApiStatus.Read(refusal.Response.Content) is { Kind: not null and not ApiStatus.Namespaces }))
        {
            return null;
        }
    }
}
