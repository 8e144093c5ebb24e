using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Hosting;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;

namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>
/// <c>POST /tenants/&lt;name&gt;/keys/rotate</c> on the management port: announces the tenant's next signing key now, of every algorithm it and its clients use.
/// </summary>
internal sealed class KeyRotationOperation(CatalogMirror catalog, KeyMirror keys, PublishedKeys published, IGrainFactory grains, TimeProvider clock, AuditLog audit)
{
    /// <summary>Beginning of the path; the tenant's name follows, as it is or percent-encoded.</summary>
    public const string Prefix = "/tenants/";

    /// <summary>End of the path.</summary>
    public const string Suffix = "/keys/rotate";

    private const string NoTenant = "There is no such tenant.";
    private const string SharedSecret = "Access tokens of this tenant are signed with the shared JWT_SECRET (HS256): for those change the secret.";

    /// <summary>What a request asks for; null when it is something else.</summary>
    /// <param name="request">The request.</param>
    public Func<HttpContext, Task>? Find(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && TenantOf(request.Path.Value) is { } name ? context => Rotate(context, name) : null;

    private Task Rotate(HttpContext context, string name) => catalog.Current.TenantByName(name) switch
    {
        null => ManagementAnswer.Refuse(context, StatusCodes.Status404NotFound, NoTenant),
        var tenant => Rotate(context, tenant),
    };

    private async Task Rotate(HttpContext context, Tenant tenant)
    {
        var announced = new List<(SigningAlgorithm Algorithm, string Kid)>();
        foreach (var algorithm in SigningRules.PublishedAlgorithms(tenant, catalog.Current.IdTokenAlgorithms))
        {
            var kid = await grains.GetGrain<IKeyRingGrain>(tenant.Name).Rotate(algorithm, CancellationToken.None).WaitAsync(ManagementAnswer.CallLimit, clock);
            audit.KeysRotated(tenant.Name, kid, context.Connection.RemoteIpAddress);
            announced.Add((algorithm, kid));
        }

        // Here at once; other gateways look again within minutes, long before the key signs.
        await keys.Refresh(tenant);
        published.Refresh(tenant);
        await ManagementAnswer.Write(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteString("tenant", tenant.Name);
            writer.WriteString("algorithm", announced[0].Algorithm.ToString());
            writer.WriteString("kid", announced[0].Kid);
            writer.WriteStartArray("keys");
            foreach (var (algorithm, kid) in announced)
            {
                writer.WriteStartObject();
                writer.WriteString("algorithm", algorithm.ToString());
                writer.WriteString("kid", kid);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            if (tenant.Algorithm == SigningAlgorithm.HS256)
            {
                writer.WriteString("note", SharedSecret);
            }
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
