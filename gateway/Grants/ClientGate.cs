using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>The way into endpoints that only clients may use: reads the form, proves the client, answers whoever is refused.</summary>
internal sealed partial class ClientGate(IGrainFactory grains, AssertionAudiences audiences, ILogger<ClientGate> logger)
{
    /// <summary>Lets a proven client through to the answer.</summary>
    /// <param name="context">The request.</param>
    /// <param name="answer">What a proven client gets.</param>
    public async Task Open(HttpContext context, Func<OAuthForm, Client, Task> answer)
    {
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

            switch (await grains.GetGrain<IClientAuthenticationGrain>(proof.ClientId).Authenticate(audiences.With(proof, context), context.RequestAborted))
            {
                case ClientVerdict.Proven(var client):
                    await answer(form, client);
                    break;
                case ClientVerdict.Refused(var why):
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

    [LoggerMessage(Level = LogLevel.Error, Message = "A request of a client met a cluster that did not answer")]
    private static partial void LogUnreachable(ILogger logger, Exception failure);
}
