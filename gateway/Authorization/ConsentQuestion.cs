using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
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

/// <summary>
/// Asks a person whether a client may have what it asks for. The whole question is sealed into its form: client, session, request and all it would be handed; what comes back
/// is the answer to exactly this question, of this browser (attack group 39).
/// </summary>
internal sealed class ConsentQuestion(IGrainFactory grains, PageRenderer pages, Tickets tickets, AuthorizationAnswer answers, AuditLog audit, TimeProvider clock)
{
    private const int QuestionBytes = 16;

    /// <summary>Asks, where a question is due, and acts on an answer that came with the request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="asking">Who asks for what.</param>
    /// <param name="live">The person's session.</param>
    public async Task<ConsentVerdict> Ask(HttpContext context, Visit visit, Asking asking, LiveSession live)
    {
        var (client, request) = (asking.Client, asking.Request);
        if (!client.RequireConsent && !request.Prompt.Contains(PromptValues.Consent))
        {
            return ConsentVerdict.Settled;
        }

        if (await grains.GetGrain<ISessionGrain>(live.Claims.Sid).Look(visit.Tenant.Name, context.RequestAborted) is not SessionOutcome.Alive(var session))
        {
            return ConsentVerdict.SessionGone;
        }

        var asked = ExtentOf(asking, session);
        if (context.Features.Get<ConsentAnswer>() is { } answer && answer.Content.Client == client.Ident && answer.Content.Sid == session.Sid && answer.Content.Extent.Covers(asked))
        {
            return await Obey(context, visit, asking, session, answer);
        }

        if (!ConsentRules.MustAsk(client.RequireConsent, request.Prompt, asked, AgreedWith(client, session)))
        {
            return ConsentVerdict.Settled;
        }

        await (request.Prompt.Contains(PromptValues.None)
            ? answers.Refuse(context, visit, request, OAuthError.Of(OAuthErrors.ConsentRequired, Reasons.NotAcceptableRequest, "The person has to be asked."))
            : Show(context, visit, asking, new ConsentContent(client.Ident, session.Sid, visit.Target.Text, asked, NewId()), session.User));
        return ConsentVerdict.Answered;
    }

    /// <summary>What the client would be handed: everything <see cref="CodeIssue"/> would put into the grant.</summary>
    private static ConsentExtent ExtentOf(Asking asking, Session session)
    {
        var (client, request) = (asking.Client, asking.Request);
        var scopes = ScopeRules.Grant(request.Scopes, client.Scopes, session.ProviderScopes, client.AllowedProviderScopes);
        return new ConsentExtent(scopes, request.Claims.Beyond(client.Scopes, scopes), request.Resources);
    }

    private static ConsentExtent AgreedWith(Client client, Session session) => session.Clients.FirstOrDefault(given => given.Client == client.Ident) is { } given
        ? new ConsentExtent(given.Consented, given.ConsentedClaims, given.ConsentedResources)
        : ConsentExtent.None;

    private static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(QuestionBytes));

    /// <summary>The question a form answers; null when it is none of ours, not of this browser, or too old.</summary>
    /// <param name="context">The request.</param>
    /// <param name="secure">Whether cookies are <c>Secure</c>.</param>
    /// <param name="ticket">The field's value.</param>
    /// <returns>The tenant and the question.</returns>
    public (string Tenant, ConsentContent Content)? Open(HttpContext context, bool secure, string? ticket) =>
        tickets.Open(TicketPurpose.Consent, ticket, BrowserId.Held(context.Request, secure)) is TicketVerdict.Good(var about)
        && JsonSerializer.Deserialize(about.Target, ConsentJson.Default.ConsentContent) is { } content
            ? (about.Tenant, content)
            : null;

    /// <summary>Yes is remembered in the session, and the request goes on to its code; no goes back to the client (RFC 6749 §4.1.2.1).</summary>
    private async Task<ConsentVerdict> Obey(HttpContext context, Visit visit, Asking asking, Session session, ConsentAnswer answer)
    {
        var (client, extent) = (asking.Client, answer.Content.Extent);
        audit.ConsentAnswered(visit.Tenant.Name, client.Name, session.Subject, visit.Request.Client, session.Sid, answer.IsYes, extent);
        if (!answer.IsYes)
        {
            await answers.Refuse(context, visit, asking.Request, OAuthError.Of(OAuthErrors.AccessDenied, Reasons.AccessDenied, "The person declined."));
            return ConsentVerdict.Answered;
        }

        var outcome = await grains.GetGrain<ISessionGrain>(session.Sid).Give(
            new GiveGrant
            {
                Tenant = visit.Tenant.Name,
                Client = client.Ident,
                Consented = extent.Scopes,
                ConsentedClaims = extent.Claims,
                ConsentedResources = extent.Resources,
            },
            context.RequestAborted);
        return outcome is SessionOutcome.Alive ? ConsentVerdict.Settled : ConsentVerdict.SessionGone;
    }

    private Task Show(HttpContext context, Visit visit, Asking asking, ConsentContent content, string user)
    {
        var now = clock.GetUtcNow();
        var about = new SealedTarget
        {
            Tenant = visit.Tenant.Name,
            Target = JsonSerializer.Serialize(content, ConsentJson.Default.ConsentContent),
            Mode = LoginModes.OAuth,
            Issued = now,
        };
        return pages.Write(context, PageName.Consent, visit.Tenant, StatusCodes.Status200OK, new PageModel
        {
            Client = ClientCard.Of(asking.Client),
            UserName = user,
            RequestedScopes = content.Extent.Scopes,
            RequestedClaims = content.Extent.Claims,
            RequestedResources = content.Extent.Resources,
            FormTargets = [asking.Request.RedirectUri],
            Ticket = tickets.Seal(TicketPurpose.Consent, about, BrowserId.Ensure(context, visit.Secure, now)),
        });
    }
}

/// <summary>Where a request stands after the question.</summary>
internal enum ConsentVerdict
{
    /// <summary>The client may have what it asks for.</summary>
    Settled = 0,

    /// <summary>The request has been answered: by the question, or by a refusal.</summary>
    Answered = 1,

    /// <summary>The session has ended, maybe while the question was open: whoever sits there logs in first.</summary>
    SessionGone = 2,
}

/// <summary>What a question about a client was about. Never printed.</summary>
/// <param name="Client">The client.</param>
/// <param name="Sid">The session of the person that was asked.</param>
/// <param name="Request">The client's request: path and query.</param>
/// <param name="Extent">What it would get.</param>
/// <param name="Id">Random: the answer counts once.</param>
internal sealed record ConsentContent(Guid Client, string Sid, string Request, ConsentExtent Extent, string Id)
{
    /// <inheritdoc />
    public override string ToString() => "ConsentContent { *** }";
}

/// <summary>A person's answer, proven by the form's seal, on its way through the authorization endpoint.</summary>
/// <param name="Content">The question.</param>
/// <param name="IsYes">The answer.</param>
internal sealed record ConsentAnswer(ConsentContent Content, bool IsYes);

[JsonSerializable(typeof(ConsentContent))]
internal sealed partial class ConsentJson : JsonSerializerContext;
