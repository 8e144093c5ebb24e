using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>
/// <c>POST /consent</c>: the answer to <see cref="ConsentQuestion"/>. The sealed request goes through the authorization endpoint once more, now with its answer: client,
/// address and session are judged as they are now, not as they were when the person was asked.
/// </summary>
internal sealed partial class ConsentEndpoint(
    Visits visits, Tickets tickets, LoginIds loginIds, ConsentQuestion question, AuthorizeEndpoint authorize, ErrorPage errors, IGrainFactory grains, TimeProvider clock,
    ILogger<ConsentEndpoint> logger)
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
            || ReturnTargetRules.Parse(LoginIds.Strip(content.Request)) is not { } target
            || visits.Named(request, tenant, target) is not { } visit)
        {
            await errors.Write(context, null, StatusCodes.Status403Forbidden, Reasons.ConsentFormExpired);
            return;
        }

        if (await TryUse(tenant, content, context.RequestAborted) is not { } isFirst)
        {
            await errors.Write(context, visit.Tenant, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
            return;
        }

        if (!isFirst)
        {
            await errors.Write(context, visit.Tenant, StatusCodes.Status403Forbidden, Reasons.ConsentFormExpired);
            return;
        }

        // The person was asked because the login satisfied the request: it does not have to be repeated for the answer.
        var address = loginIds.Append(visit, content.Sid);
        context.Features.Set(new ConsentAnswer(content, form[AnswerField] == Yes));
        await authorize.Answer(context, OAuthForm.OfQuery(address[address.IndexOf('?', StringComparison.Ordinal)..]), address);
    }

    /// <summary>
    /// An answer counts once: it carries the proof of a login, and one that is sent again would be another fresh login without a password. Null where nobody can tell.
    /// </summary>
    private async Task<bool?> TryUse(string tenant, ConsentContent content, CancellationToken cancellationToken)
    {
        try
        {
            return content.Id is { Length: > 0 }
                && await grains.GetGrain<IProofGrain>(Digests.KeyOf("consent", tenant, content.Id)).TryUse(clock.GetUtcNow() + Tickets.Life, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever a grain throws, a storage's exceptions among them: no answer counts.
            LogUnreachable(logger, tenant, failure);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A person's answer about a client of tenant {Tenant} met a cluster that did not answer")]
    private static partial void LogUnreachable(ILogger logger, string tenant, Exception failure);
}
