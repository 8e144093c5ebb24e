using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Hosting;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>
/// <c>POST /tenants/&lt;name&gt;/keys/rotate</c> on the management port: announces the tenant's next signing key now.
/// </summary>
internal sealed class KeyRotationOperation(CatalogMirror catalog, KeyMirror keys, IGrainFactory grains, TimeProvider clock, AuditLog audit)
{
    /// <summary>Beginning of the path; the tenant's name follows, as it is or percent-encoded.</summary>
    public const string Prefix = "/tenants/";

    /// <summary>End of the path.</summary>
    public const string Suffix = "/keys/rotate";

    private const string NoTenant = "There is no such tenant.";
    private const string NoRing = "The tenant signs with the shared JWT_SECRET (HS256) and has no keys of its own: change the secret, or its jwt_algorithm.";

    /// <summary>What a request asks for; null when it is something else.</summary>
    /// <param name="request">The request.</param>
    public Func<HttpContext, Task>? Find(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && TenantOf(request.Path.Value) is { } name ? context => Rotate(context, name) : null;

    private Task Rotate(HttpContext context, string name) => catalog.Current.TenantByName(name) switch
    {
        null => ManagementAnswer.Refuse(context, StatusCodes.Status404NotFound, NoTenant),
        { Algorithm: SigningAlgorithm.HS256 } => ManagementAnswer.Refuse(context, StatusCodes.Status409Conflict, NoRing),
        var tenant => Rotate(context, tenant),
    };

    private async Task Rotate(HttpContext context, Tenant tenant)
    {
        var kid = await grains.GetGrain<IKeyRingGrain>(tenant.Name).Rotate(tenant.Algorithm, CancellationToken.None).WaitAsync(ManagementAnswer.CallLimit, clock);
        audit.KeysRotated(tenant.Name, kid, context.Connection.RemoteIpAddress);

        // Here at once; other gateways look again within minutes, long before the key signs.
        await keys.Refresh(tenant);
        await ManagementAnswer.Write(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteString("tenant", tenant.Name);
            writer.WriteString("algorithm", tenant.Algorithm.ToString());
            writer.WriteString("kid", kid);
        });
    }

    private static string? TenantOf(string? path) =>
        path is not null
        && path.Length > Prefix.Length + Suffix.Length
        && path.StartsWith(Prefix, StringComparison.Ordinal)
        && path.EndsWith(Suffix, StringComparison.Ordinal)
            ? Uri.UnescapeDataString(path[Prefix.Length..^Suffix.Length])
            : null;
}
