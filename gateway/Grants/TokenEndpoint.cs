using System.Collections.Frozen;
using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary><c>POST /token</c> (RFC 6749 §3.2): reads the outer form of the request and hands it to the grant type it names.</summary>
internal sealed partial class TokenEndpoint(
    IEnumerable<ITokenGrant> grants, CatalogMirror catalog, AssertionAudiences audiences, SecretGuesses guesses, DpopProofs proofs, TokenRecords records, ServerSettings settings,
    ILogger<TokenEndpoint> logger)
{
    /// <summary>The path of the token endpoint.</summary>
    public const string Path = "/token";

    private readonly FrozenDictionary<string, ITokenGrant> _grants =
        grants.SelectMany(static grant => grant.Names.Select(name => (name, grant))).ToFrozenDictionary(static pair => pair.name, static pair => pair.grant, StringComparer.Ordinal);

    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    public async Task Answer(HttpContext context)
    {
        try
        {
            switch (await Decide(context))
            {
                case TokenOutcome.Issued(var tokens):
                    await OAuthAnswer.Give(context, tokens);
                    break;
                case TokenOutcome.Refused(var error):
                    await OAuthAnswer.Refuse(context, error);
                    break;
            }
        }
        catch (Exception failure) when (failure is not BadHttpRequestException && !context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            // Whatever a grain throws, a storage's exceptions among them: no tokens.
            LogUnreachable(logger, failure);
            await OAuthAnswer.Refuse(context, OAuthError.Unavailable());
        }
    }

    private async Task<TokenOutcome> Decide(HttpContext context)
    {
        if (!catalog.IsReady)
        {
            // Started a moment ago, and nobody can be asked yet.
            return new TokenOutcome.Refused(OAuthError.Unavailable());
        }

        var (form, error) = await OAuthForm.ReadBody(context);
        if (error is not null)
        {
            return new TokenOutcome.Refused(error);
        }

        var (proof, refusal) = ClientProofReader.Read(context.Request, form, []);
        var client = proof is null ? null : ClientOf(proof.ClientId);
        ClientRequest.Of(context).Client = client;
        if (form[OAuthParameters.GrantType] is not { } name)
        {
            return new TokenOutcome.Refused(OAuthError.InvalidRequest("No String was found at 'grant_type'"));
        }

        if (!_grants.TryGetValue(name, out var grant))
        {
            return new TokenOutcome.Refused(OAuthError.Of(OAuthErrors.UnsupportedGrantType, Reasons.ErrorUnsupportedGrantType, "The grant type is not supported."));
        }

        if (proof is null)
        {
            return new TokenOutcome.Refused(refusal!);
        }

        var outcome = await Ask(context, client, grant, form, proof);
        records.Note(context, client, grant.Names[0], outcome);
        return outcome;
    }

    private async Task<TokenOutcome> Ask(HttpContext context, Client? client, ITokenGrant grant, OAuthForm form, ClientProof proof)
    {
        var (dpop, flaw) = DpopOf(context, client);
        if (flaw is not null)
        {
            return new TokenOutcome.Refused(flaw);
        }

        var guess = await guesses.Ask(context, client, proof);
        if (guess.Refusal is { } refusal)
        {
            return new TokenOutcome.Refused(refusal);
        }

        var outcome = await grant.Answer(new TokenRequest(context, form, audiences.With(proof, context), dpop, Terms()));
        await guesses.Tell(guess, outcome is TokenOutcome.Refused(var error) ? SecretGuesses.StandingOf(error) : SecretStanding.Right);
        return outcome;
    }

    /// <summary>
    /// A proof is judged before the client, and that of an unknown one the same way: what is wrong with a proof must not tell whether a client exists, at the hosts of its own tenant. One that is good binds the tokens of a client
    /// that silos know already and this gateway does not.
    /// </summary>
    private DpopReading DpopOf(HttpContext context, Client? client) =>
        proofs.Read(context, client is null ? null : catalog.Current.TenantByName(client.TenantName));

    private Client? ClientOf(string clientId) => ClientIdRules.TryRead(clientId, out var ident) ? catalog.Current.ClientByIdent(ident) : null;

    private MintTerms Terms() => new()
    {
        PublicDomain = settings.PublicDomain,
        AccessTokenLife = settings.AccessTokenLife,
        RefreshTokenLife = settings.RefreshTokenLife,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "A request for tokens met a cluster that did not answer")]
    private static partial void LogUnreachable(ILogger logger, Exception failure);
}
