using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>
/// Asks a person whether a client may have what it asks for. The whole question is sealed into its form: client, session, request and scopes; what comes back
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
    /// <returns>True when the request has been answered.</returns>
    public async Task<bool> Asks(HttpContext context, Visit visit, Asking asking, LiveSession live)
    {
        var (client, request) = (asking.Client, asking.Request);
        if ((!client.RequireConsent && !request.Prompt.Contains(PromptValues.Consent))
            || await grains.GetGrain<ISessionGrain>(live.Claims.Sid).Look(visit.Tenant.Name, context.RequestAborted) is not SessionOutcome.Alive(var session))
        {
            return false;
        }

        var scopes = ScopeRules.Grant(request.Scopes, client.Scopes, session.ProviderScopes, client.AllowedProviderScopes);
        if (context.Features.Get<ConsentAnswer>() is { } answer && answer.Content.Client == client.Ident && answer.Content.Sid == session.Sid && scopes.All(answer.Content.Scopes.Contains))
        {
            return await Obey(context, visit, asking, session, answer);
        }

        var consented = session.Clients.FirstOrDefault(given => given.Client == client.Ident)?.Consented ?? [];
        if (!ConsentRules.MustAsk(client.RequireConsent, request.Prompt, scopes, consented))
        {
            return false;
        }

        await (request.Prompt.Contains(PromptValues.None)
            ? answers.Refuse(context, visit, request, OAuthError.Of(OAuthErrors.ConsentRequired, Reasons.NotAcceptableRequest, "The person has to be asked."))
            : Show(context, visit, asking, new ConsentContent(client.Ident, session.Sid, visit.Target.Text, scopes, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(QuestionBytes))), session.User));
        return true;
    }

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
    private async Task<bool> Obey(HttpContext context, Visit visit, Asking asking, Session session, ConsentAnswer answer)
    {
        var client = asking.Client;
        audit.ConsentAnswered(visit.Tenant.Name, client.Name, session.Subject, visit.Request.Client, session.Sid, answer.IsYes, ScopeRules.Join(answer.Content.Scopes));
        if (!answer.IsYes)
        {
            await answers.Refuse(context, visit, asking.Request, OAuthError.Of(OAuthErrors.AccessDenied, Reasons.AccessDenied, "The person declined."));
            return true;
        }

        await grains.GetGrain<ISessionGrain>(session.Sid).Give(
            new GiveGrant { Tenant = visit.Tenant.Name, Client = client.Ident, Consented = answer.Content.Scopes }, context.RequestAborted);
        return false;
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
            RequestedScopes = content.Scopes,
            FormTargets = [asking.Request.RedirectUri],
            Ticket = tickets.Seal(TicketPurpose.Consent, about, BrowserId.Ensure(context, visit.Secure, now)),
        });
    }
}

/// <summary>What a question about a client was about. Never printed.</summary>
/// <param name="Client">The client.</param>
/// <param name="Sid">The session of the person that was asked.</param>
/// <param name="Request">The client's request: path and query.</param>
/// <param name="Scopes">What it would get.</param>
/// <param name="Id">Random: the answer counts once.</param>
internal sealed record ConsentContent(Guid Client, string Sid, string Request, ImmutableArray<string> Scopes, string Id)
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
