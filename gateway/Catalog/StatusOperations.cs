using System.Text.Json;
using Uitsmijter.Actors.Gateway.Hosting;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Catalog;

/// <summary>
/// On the management port: <c>GET /tenants</c> lists the tenants this gateway knows, <c>GET /status?tenant=…</c> and <c>GET /status?client=…</c> tell what happens at one of
/// them. The counts come from the cluster, whichever gateway is asked.
/// </summary>
internal sealed class StatusOperations(CatalogMirror catalog, IGrainFactory grains, TimeProvider clock)
{
    /// <summary>Path of the list of tenants.</summary>
    public const string TenantsPath = "/tenants";

    /// <summary>Path of the counts.</summary>
    public const string StatusPath = "/status";

    private const string NoTenant = "There is no such tenant.";
    private const string NoClient = "There is no such client.";
    private const string Incomplete = "The query needs a tenant's name or a client's ident.";

    /// <summary>What a request asks for; null when it is something else.</summary>
    /// <param name="request">The request.</param>
    public Func<HttpContext, Task>? Find(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) ? null
        : request.Path == TenantsPath ? List
        : request.Path == StatusPath ? Tell
        : null;

    private Task List(HttpContext context)
    {
        var snapshot = catalog.Current;
        return ManagementAnswer.Write(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteNumber("tenants_count", snapshot.TenantCount);
            writer.WriteNumber("clients_count", snapshot.ClientCount);
            writer.WriteStartArray("tenants");
            foreach (var tenant in snapshot.Tenants.OrderBy(static tenant => tenant.Name, StringComparer.Ordinal))
            {
                writer.WriteStringValue(tenant.Name);
            }

            writer.WriteEndArray();
        });
    }

    private Task Tell(HttpContext context) => context.Request.Query switch
    {
        var query when query["tenant"] is [{ Length: > 0 } name] => TellTenant(context, name),
        var query when query["client"] is [{ Length: > 0 } ident] => TellClient(context, ident),
        _ => ManagementAnswer.Refuse(context, StatusCodes.Status400BadRequest, Incomplete),
    };

    private async Task TellTenant(HttpContext context, string name)
    {
        var snapshot = catalog.Current;
        if (snapshot.TenantByName(name) is not { } tenant)
        {
            await ManagementAnswer.Refuse(context, StatusCodes.Status404NotFound, NoTenant);
            return;
        }

        var activity = await Limited(grains.GetGrain<ITenantGrain>(tenant.Name).Read(context.RequestAborted));
        await ManagementAnswer.Write(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteString("tenant", tenant.Name);
            Write(writer, activity);
            writer.WriteStartArray("clients");
            foreach (var client in snapshot.ClientsOf(tenant.Name).OrderBy(static client => client.Name, StringComparer.Ordinal))
            {
                writer.WriteStartObject();
                writer.WriteString("name", client.Name);
                writer.WriteString("client", client.Ident);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private async Task TellClient(HttpContext context, string text)
    {
        if (!Guid.TryParse(text, out var ident) || catalog.Current.ClientByIdent(ident) is not { } client)
        {
            await ManagementAnswer.Refuse(context, StatusCodes.Status404NotFound, NoClient);
            return;
        }

        var activity = await Limited(grains.GetGrain<IClientGrain>(ident.ToString("D")).Read(context.RequestAborted));
        await ManagementAnswer.Write(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteString("client", client.Ident);
            writer.WriteString("name", client.Name);
            writer.WriteString("tenant", client.TenantName);
            Write(writer, activity);
        });
    }

    private static void Write(Utf8JsonWriter writer, Activity activity)
    {
        writer.WriteNumber("active_sessions", activity.OpenSessions);
        writer.WriteNumber("sessions", activity.BegunSessions);
        writer.WriteNumber("denied_attempts", activity.Denied);
        writer.WriteInstant("last_activity", activity.LastUse);
        writer.WriteInstant("last_denied", activity.LastDenied);
    }

    private Task<T> Limited<T>(Task<T> call) => call.WaitAsync(ManagementAnswer.CallLimit, clock);
}
