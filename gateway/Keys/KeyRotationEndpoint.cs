using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Hosting;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>
/// <c>POST /tenants/&lt;name&gt;/keys/rotate</c> on the management port: announces the tenant's next signing key now. For operators alone, with
/// their own credential; without <c>MANAGEMENT_TOKEN</c> there is no such path.
/// </summary>
internal sealed partial class KeyRotationEndpoint(
    ManagementToken token, CatalogMirror catalog, KeyMirror keys, IGrainFactory grains, TimeProvider clock, AuditLog audit, ILogger<KeyRotationEndpoint> logger)
{
    /// <summary>Beginning of the path; the tenant's name follows, as it is or percent-encoded.</summary>
    public const string Prefix = "/tenants/";

    /// <summary>End of the path.</summary>
    public const string Suffix = "/keys/rotate";

    private const string NoTenant = "There is no such tenant.";
    private const string NoRing = "The tenant signs with the shared JWT_SECRET (HS256) and has no keys of its own: change the secret, or its jwt_algorithm.";
    private const string OutOfReach = "The cluster did not answer; nothing may have happened, or the key was announced. Ask again.";

    /// <summary>Answers a request; false when it is for something else.</summary>
    /// <param name="context">The request, on the management port.</param>
    public async ValueTask<bool> TryAnswer(HttpContext context)
    {
        if (!token.IsSet || !HttpMethods.IsPost(context.Request.Method) || TenantOf(context.Request.Path.Value) is not { } name)
        {
            return false;
        }

        if (!token.IsBroughtBy(context.Request))
        {
            LogRefused(context.Connection.RemoteIpAddress?.ToString());
            await ManagementAnswer.RefuseStranger(context);
        }
        else if (catalog.Current.TenantByName(name) is not { } tenant)
        {
            await ManagementAnswer.Refuse(context, StatusCodes.Status404NotFound, NoTenant);
        }
        else if (tenant.Algorithm == SigningAlgorithm.HS256)
        {
            await ManagementAnswer.Refuse(context, StatusCodes.Status409Conflict, NoRing);
        }
        else
        {
            await Rotate(context, tenant);
        }

        return true;
    }

    private async Task Rotate(HttpContext context, Tenant tenant)
    {
        string kid;
        try
        {
            kid = await grains.GetGrain<IKeyRingGrain>(tenant.Name).Rotate(tenant.Algorithm, CancellationToken.None).WaitAsync(ManagementAnswer.CallLimit, clock);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            LogFailed(tenant.Name, failure);
            await ManagementAnswer.Refuse(context, StatusCodes.Status503ServiceUnavailable, OutOfReach);
            return;
        }

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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Somebody at {Peer} asked the management port to rotate keys without the right MANAGEMENT_TOKEN")]
    private partial void LogRefused(string? peer);

    [LoggerMessage(Level = LogLevel.Error, Message = "The keys of tenant {Tenant} could not be rotated on command")]
    private partial void LogFailed(string tenant, Exception failure);
}
