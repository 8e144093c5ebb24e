using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>The way into endpoints that only clients may use: reads the form, proves the client, answers whoever is refused.</summary>
internal sealed partial class ClientGate(
    ProvenClients clients, SecretGuesses guesses, CatalogMirror catalog, AssertionAudiences audiences, DpopProofs proofs, TokenRecords records, ILogger<ClientGate> logger)
{
    /// <summary>Lets a proven client through to the answer.</summary>
    /// <param name="context">The request.</param>
    /// <param name="answer">What a proven client gets.</param>
    public Task Open(HttpContext context, Func<OAuthForm, Client, Task> answer) => Open(context, (form, client, _) => answer(form, client));

    /// <summary>Lets a proven client through to the answer, with the DPoP proof it sent.</summary>
    /// <param name="context">The request.</param>
    /// <param name="answer">What a proven client gets; the proof is null where none was sent. Of a public client it is not used up yet.</param>
    /// <param name="refused">Hears of a refused client: the client the request names, or null where it names none, and why.</param>
    public async Task Open(HttpContext context, Func<OAuthForm, Client, DpopProof?, Task> answer, Action<Client?, OAuthError>? refused = null)
    {
        if (!catalog.IsReady)
        {
            // Started a moment ago, and nobody can be asked yet.
            await OAuthAnswer.Refuse(context, OAuthError.Unavailable());
            return;
        }

        try
        {
            var (form, error) = await OAuthForm.ReadBody(context);
            if (error is not null)
            {
                await OAuthAnswer.Refuse(context, error);
                return;
            }

            var (proof, refusal) = ClientProofReader.Read(context.Request, form, []);
            if (proof is null)
            {
                await OAuthAnswer.Refuse(context, refusal!);
                return;
            }

            var named = ClientIdRules.TryRead(proof.ClientId, out var ident) ? catalog.Current.ClientByIdent(ident) : null;
            ClientRequest.Of(context).Client = named;
            switch (await Prove(context, named, audiences.With(proof, context)))
            {
                case ClientVerdict.Proven(var client):
                    await Answer(context, form, client, answer);
                    break;
                case ClientVerdict.Refused(var why):
                    records.NoteRefused(context, named, why);
                    refused?.Invoke(named, why);
                    await OAuthAnswer.Refuse(context, why);
                    break;
            }
        }
        catch (Exception failure) when (failure is not BadHttpRequestException && !context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            LogUnreachable(logger, failure);
            await OAuthAnswer.Refuse(context, OAuthError.Unavailable());
        }
    }

    private async Task<ClientVerdict> Prove(HttpContext context, Client? named, ClientProof proof)
    {
        var guess = await guesses.Ask(context, named, proof);
        if (guess.Refusal is { } refusal)
        {
            return new ClientVerdict.Refused(refusal);
        }

        var verdict = await clients.Authenticate(proof, context.RequestAborted);
        await guesses.Tell(guess, verdict is ClientVerdict.Refused(var why) ? SecretGuesses.StandingOf(why) : SecretStanding.Right);
        return verdict;
    }

    /// <summary>
    /// These endpoints ask for no DPoP proof; one that is sent is judged all the same: a client that binds should learn what is wrong. A public client has proven nothing: anybody
    /// who knows its id could fill the store with fresh proofs (attack group 26). Its proof is used up by the endpoint that gives something for it.
    /// </summary>
    private async Task Answer(HttpContext context, OAuthForm form, Client client, Func<OAuthForm, Client, DpopProof?, Task> answer)
    {
        if (catalog.Current.TenantByName(client.TenantName) is not { } tenant)
        {
            await OAuthAnswer.Refuse(context, OAuthError.Unavailable());
            return;
        }

        var (proof, error) = proofs.Read(context, tenant);
        if (error is null && proof is not null && client.IsConfidential && !await proofs.TryUse(proof, context.RequestAborted))
        {
            error = DpopRules.Replayed();
        }

        await (error is null ? answer(form, client, proof) : OAuthAnswer.Refuse(context, error));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A request of a client met a cluster that did not answer")]
    private static partial void LogUnreachable(ILogger logger, Exception failure);
}
