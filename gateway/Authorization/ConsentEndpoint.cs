using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary><c>POST /consent</c>: the answer to <see cref="ConsentQuestion"/>. Yes goes on to the code, no goes back to the client (RFC 6749 §4.1.2.1).</summary>
internal sealed partial class ConsentEndpoint(
    Visits visits, Tickets tickets, ConsentQuestion question, ConsentedCode codes, AuthorizationAnswer answers, ErrorPage errors, ILogger<ConsentEndpoint> logger)
{
    /// <summary>The path of the form's target.</summary>
    public const string Path = "/consent";

    private const string AnswerField = "answer";
    private const string Yes = "allow";

    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    public async Task Answer(HttpContext context)
    {
        if (!visits.IsReady || !tickets.IsReady)
        {
            await errors.Write(context, null, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
            return;
        }

        var (form, error) = await OAuthForm.ReadBody(context);
        if (error is not null
            || visits.Request(context) is not { } request
            || LoginSubmitEndpoint.IsForeign(context, request.Host)
            || question.Open(context, visits.IsSecure(request), form[FieldNames.Ticket]) is not var (tenant, content)
            || visits.Named(request, tenant, ReturnTarget.Root) is not { } visit)
        {
            await errors.Write(context, null, StatusCodes.Status403Forbidden, Reasons.ConsentFormExpired);
            return;
        }

        // What was sealed an hour ago may be gone from the catalog: nobody is sent to an address that is not the client's now.
        if (visit.Catalog.ClientByIdent(content.Client) is not { } client
            || client.TenantName != visit.Tenant.Name
            || !RedirectRules.IsRegistered(content.Request.RedirectUri, client.RedirectUrls))
        {
            await errors.Write(context, visit.Tenant, StatusCodes.Status400BadRequest, Reasons.LoginNoClient);
            return;
        }

        await Answer(context, visit, client, content, form[AnswerField] == Yes);
    }

    private async Task Answer(HttpContext context, Visit visit, Client client, ConsentContent content, bool allowed)
    {
        try
        {
            switch (await codes.Give(context, visit, client, content, allowed))
            {
                case ConsentVerdict.Declined:
                    await answers.Refuse(context, visit, content.Request, OAuthError.Of(OAuthErrors.AccessDenied, Reasons.AccessDenied, "The person declined."));
                    break;
                case ConsentVerdict.NobodyThere:
                    await answers.Refuse(context, visit, content.Request, OAuthError.Of(OAuthErrors.LoginRequired, Reasons.NotAcceptableRequest, "The session ended before the person answered."));
                    break;
            }
        }
        catch (Exception failure) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            // Whatever a grain throws, a storage's exceptions among them: no code.
            LogUnreachable(logger, visit.Tenant.Name, failure);
            await answers.Refuse(context, visit, content.Request, OAuthError.Unavailable());
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A person's consent of tenant {Tenant} met a cluster that did not answer")]
    private static partial void LogUnreachable(ILogger logger, string tenant, Exception failure);
}

/// <summary>Turns a person's answer into a code, for the session that was asked and no other.</summary>
internal sealed class ConsentedCode(BrowserSessions sessions, IGrainFactory grains, CodeIssue codes, AuditLog audit)
{
    /// <summary>Gives what was agreed to.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="client">The client.</param>
    /// <param name="content">The question.</param>
    /// <param name="allowed">The answer.</param>
    public async Task<ConsentVerdict> Give(HttpContext context, Visit visit, Client client, ConsentContent content, bool allowed)
    {
        // The browser may have logged out since, or somebody else in.
        if ((await sessions.Of(context, visit.Tenant)).FirstOrDefault(session => session.Claims.Sid == content.Sid) is not { } live)
        {
            return allowed ? ConsentVerdict.NobodyThere : ConsentVerdict.Declined;
        }

        audit.ConsentAnswered(visit.Tenant.Name, client.Name, live.Claims.Subject, visit.Request.Client, content.Sid, allowed, ScopeRules.Join(content.Scopes));
        if (!allowed)
        {
            return ConsentVerdict.Declined;
        }

        var given = await grains.GetGrain<ISessionGrain>(content.Sid).Give(
            new GiveGrant { Tenant = visit.Tenant.Name, Client = client.Ident, Consented = content.Scopes }, context.RequestAborted);
        return given is SessionOutcome.Alive && await codes.Issue(context, visit, new Asking(client, content.Request), live) ? ConsentVerdict.Given : ConsentVerdict.NobodyThere;
    }
}

/// <summary>What became of an answer.</summary>
internal enum ConsentVerdict
{
    /// <summary>The client has its code; the response is complete.</summary>
    Given = 0,

    /// <summary>The person said no.</summary>
    Declined = 1,

    /// <summary>The session of the person that was asked is gone.</summary>
    NobodyThere = 2,
}
