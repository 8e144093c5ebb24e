using System.Text.Json;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Hosting;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.GrainInterfaces.Sessions;

namespace Uitsmijter.Actors.Gateway.Sessions;

/// <summary>
/// <c>/sessions?tenant=…&amp;subject=…</c> on the management port: GET lists what a subject has open, DELETE signs the subject out everywhere, DELETE of
/// <c>/sessions/&lt;sid&gt;</c> ends one session (OWASP ASVS 7.4.2, 7.4.5).
/// </summary>
internal sealed class SessionOperations(CatalogMirror catalog, IGrainFactory grains, AuditLog audit, TimeProvider clock)
{
    /// <summary>Path of the list.</summary>
    public const string Path = "/sessions";

    private const string Tenant = "tenant";
    private const string Subject = "subject";
    private const string Incomplete = "The query needs tenant and subject, once each.";
    private const string NoTenant = "There is no such tenant.";
    private const string NoSession = "The subject has no such session, or not any more.";

    /// <summary>What a request asks for; null when it is something else.</summary>
    /// <param name="request">The request.</param>
    public Func<HttpContext, Task>? Find(HttpRequest request)
    {
        if (!request.Path.StartsWithSegments(Path, StringComparison.Ordinal, out var rest))
        {
            return null;
        }

        var isAll = !rest.HasValue;
        return HttpMethods.IsGet(request.Method) && isAll ? context => With(context, List)
            : HttpMethods.IsDelete(request.Method) && isAll ? context => With(context, SignOut)
            : HttpMethods.IsDelete(request.Method) && rest.Value!.Length > 1 && rest.Value.IndexOf('/', 1) < 0 ? context => With(context, (one, tenant, subject) => End(one, tenant, subject, rest.Value[1..]))
            : null;
    }

    private async Task With(HttpContext context, Func<HttpContext, string, string, Task> operation)
    {
        var query = context.Request.Query;
        if (query[Tenant] is not [{ Length: > 0 } tenant] || query[Subject] is not [{ Length: > 0 } subject])
        {
            await ManagementAnswer.Refuse(context, StatusCodes.Status400BadRequest, Incomplete);
        }
        else if (catalog.Current.TenantByName(tenant) is null)
        {
            // A tenant that was removed has sessions too, but nothing that could let them in.
            await ManagementAnswer.Refuse(context, StatusCodes.Status404NotFound, NoTenant);
        }
        else
        {
            await operation(context, tenant, subject);
        }
    }

    private async Task List(HttpContext context, string tenant, string subject)
    {
        var view = await Limited(At(tenant).Look(subject, context.RequestAborted));
        await ManagementAnswer.Write(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteString(Tenant, tenant);
            writer.WriteString(Subject, subject);
            writer.WriteStartArray("sessions");
            foreach (var session in view.Sessions)
            {
                Write(writer, session);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("grants");
            foreach (var grant in view.Grants)
            {
                writer.WriteStartObject();
                writer.WriteString("client", grant.Client);
                writer.WriteInstant("begun", grant.Begun);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static void Write(Utf8JsonWriter writer, Session session)
    {
        writer.WriteStartObject();
        writer.WriteString("sid", session.Sid);
        writer.WriteString("user", session.User);
        writer.WriteString("browser", session.Browser);
        writer.WriteBoolean("cookie", !session.HasNoCookie);
        writer.WriteInstant("begun", session.AuthTime);
        writer.WriteInstant("last_seen", session.LastSeen);
        writer.WriteInstant("ends", session.ExpiresAt);
        writer.WriteStartArray("clients");
        foreach (var given in session.Clients)
        {
            writer.WriteStringValue(given.Client);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private async Task End(HttpContext context, string tenant, string subject, string sid)
    {
        if (!await Limited(At(tenant).End(subject, sid, SessionEnd.EndedByOperator, context.RequestAborted)))
        {
            await ManagementAnswer.Refuse(context, StatusCodes.Status404NotFound, NoSession);
            return;
        }

        audit.SessionEnded(tenant, subject, sid, AuditLog.ByOperator, context.Connection.RemoteIpAddress);
        await ManagementAnswer.Write(context, StatusCodes.Status200OK, static writer => writer.WriteNumber("sessions", 1));
    }

    private async Task SignOut(HttpContext context, string tenant, string subject)
    {
        var done = await Limited(At(tenant).SignOut(subject, context.RequestAborted));
        audit.SignedOutEverywhere(tenant, subject, done.Sessions, done.Grants, AuditLog.ByOperator, context.Connection.RemoteIpAddress);
        await ManagementAnswer.Write(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteNumber("sessions", done.Sessions);
            writer.WriteNumber("grants", done.Grants);
        });
    }

    private ISubjectGrain At(string tenant) => grains.GetGrain<ISubjectGrain>(tenant);

    private Task<T> Limited<T>(Task<T> call) => call.WaitAsync(ManagementAnswer.CallLimit, clock);
}
