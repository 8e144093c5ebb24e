using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>Finds the person of a well-formed request and does what the rules say: a code, a login, or a refusal.</summary>
internal sealed partial class AuthorizationSession(
    BrowserSessions sessions,
    LoginIds loginIds,
    IdTokenHint hints,
    LoginPage page,
    ConsentQuestion consent,
    CodeIssue codes,
    IGrainFactory grains,
    AuthorizationAnswer answers,
    ErrorPage errors,
    TimeProvider clock,
    ILogger<AuthorizationSession> logger)
{
    /// <summary>Decides and answers.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="asking">Who asks for what.</param>
    public async Task Decide(HttpContext context, Visit visit, Asking asking)
    {
        try
        {
            if (!await sessions.CanTell(context, visit.Tenant))
            {
                // Not "nobody is logged in": an application that looks silently (prompt=none) would log the person out. And before the login id is spent, which the next attempt needs.
                await answers.Refuse(context, visit, asking.Request, OAuthError.Unavailable());
                return;
            }

            var freshSid = await loginIds.Use(visit.Tenant.Name, visit.Target.Text, context.RequestAborted);
            if (freshSid is null && RefererCheck.WhyRefused(context.Request, asking.Client) is { } refused)
            {
                await errors.Write(context, visit.Tenant, refused.Status, refused.Reason, refused.Description);
                return;
            }

            await Decide(context, visit, asking, freshSid);
        }
        catch (Exception failure) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            // Whatever a grain throws, a storage's exceptions among them: no code. The client may try again (RFC 6749 §4.1.2.1).
            LogUnreachable(logger, visit.Tenant.Name, failure);
            await answers.Refuse(context, visit, asking.Request, OAuthError.Unavailable());
        }
    }

    private async Task Decide(HttpContext context, Visit visit, Asking asking, string? freshSid)
    {
        var hint = await hints.Read(visit.Tenant, asking.Request.IdTokenHint, context.RequestAborted);
        if (hint.IsForged)
        {
            await answers.Refuse(context, visit, asking.Request, OAuthError.InvalidRequest("The id_token_hint is none of ours."));
            return;
        }

        foreach (var session in await Candidates(context, visit, freshSid))
        {
            var login = new LoginFacts(
                session.Claims.Subject,
                session.Claims.AuthTime,
                session.Claims.Sid == freshSid,
                await AcrOf(visit, asking.Request, session.Claims.Sid, context.RequestAborted),
                HasWaited: context.Features.Get<ConsentAnswer>() is not null);
            switch (AuthorizeRules.Decide(asking.Request, login, hint.Subject, clock.GetUtcNow()))
            {
                case AuthorizeDecision.Issue when await Issues(context, visit, asking, session):
                    return;
                case AuthorizeDecision.Refuse(var error):
                    await answers.Refuse(context, visit, asking.Request, error);
                    return;
            }
        }

        if (AuthorizeRules.Decide(asking.Request, null, hint.Subject, clock.GetUtcNow()) is AuthorizeDecision.Refuse(var nobody))
        {
            await answers.Refuse(context, visit, asking.Request, nobody);
            return;
        }

        // A person who has just answered a question does not expect a login: the page says why.
        var isLate = context.Features.Get<ConsentAnswer>() is not null;
        await page.Ask(context, visit, asking.Request.LoginHint, isLate ? Reasons.ConsentLoginAgain : null);
    }

    /// <summary>False when the session is gone: then nothing is answered, and another one may do.</summary>
    private async Task<bool> Issues(HttpContext context, Visit visit, Asking asking, LiveSession session) => await consent.Ask(context, visit, asking, session) switch
    {
        ConsentVerdict.Answered => true,
        ConsentVerdict.SessionGone => false,
        _ => await codes.Issue(context, visit, asking, session),
    };

    /// <summary>The context of a login stands in its session alone; asked for only where a client cares.</summary>
    private async ValueTask<string?> AcrOf(Visit visit, AuthorizationRequest request, string sid, CancellationToken cancellationToken) =>
        request.Acr.Values.IsEmpty
            ? null
            : await grains.GetGrain<ISessionGrain>(sid).Look(visit.Tenant.Name, cancellationToken) is SessionOutcome.Alive(var session) ? session.Acr : null;

    /// <summary>
    /// Sessions that may answer without a form: those of the whole tenant, or with <c>silent_login: false</c> the one that was opened for this
    /// very request (contract http.md §5.2, 7).
    /// </summary>
    private async ValueTask<IEnumerable<LiveSession>> Candidates(HttpContext context, Visit visit, string? freshSid)
    {
        var live = await sessions.Of(context, visit.Tenant);
        var responsibility = ResponsibilityRules.Of(visit.Tenant, SilentLogin.ResponsibleHost(visit, LoginModes.OAuth));
        return visit.Tenant.SilentLogin
            ? live.Where(session => session.Claims.Responsibility == responsibility).OrderByDescending(session => session.Claims.Sid == freshSid)
            : live.Where(session => session.Claims.Sid == freshSid);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "An authorization request of tenant {Tenant} met a cluster that did not answer")]
    private static partial void LogUnreachable(ILogger logger, string tenant, Exception failure);
}
