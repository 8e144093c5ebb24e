using Uitsmijter.Actors.Gateway.Sessions;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.ForwardAuth;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>
/// Answers a proxy's question. A known token in its best years is answered without waiting for anything; whatever else there is takes the
/// long way, by the same rules.
/// </summary>
internal sealed class ForwardAuthDoor(
    WorldView view, TokenVerifier verifier, HeaderSigner signer, SessionRenewals renewals, SessionSeen seen, Answers answers)
{
    /// <summary>Answers.</summary>
    /// <param name="context">The question.</param>
    /// <param name="dialect">How it was asked.</param>
    /// <param name="request">The original request.</param>
    /// <param name="now">The instant.</param>
    public Task Answer(HttpContext context, Dialect dialect, in ForwardedRequest request, DateTimeOffset now)
    {
        var gate = view.GateOf(request.Host);
        if (ForwardAuthRules.DecideOpen(view.IsCurrent, gate?.Tenant, gate?.PublicPaths ?? PublicPaths.None, request) is { } open)
        {
            return Write(context, dialect, gate, request, open);
        }

        var keys = verifier.KeysOf(gate!, context.RequestAborted);
        return keys.IsCompletedSuccessfully
            ? AnswerWithKeys(context, dialect, gate!, keys.Result, request, now)
            : UnlessGone(context, WaitForKeys(context, dialect, gate!, keys.AsTask(), request, now));
    }

    private async Task WaitForKeys(HttpContext context, Dialect dialect, TenantGate gate, Task<TenantKeys?> keys, ForwardedRequest request, DateTimeOffset now) =>
        await AnswerWithKeys(context, dialect, gate, await keys, request, now);

    private Task AnswerWithKeys(HttpContext context, Dialect dialect, TenantGate gate, TenantKeys? keys, in ForwardedRequest request, DateTimeOffset now)
    {
        if (keys is null)
        {
            return answers.Unavailable(context, gate, request);
        }

        return TryAnswerAtOnce(context, gate, keys, request, now)
            ? Task.CompletedTask
            : UnlessGone(context, AnswerSlowly(context, dialect, gate, keys, request, now));
    }

    private static async Task UnlessGone(HttpContext context, Task answer)
    {
        try
        {
            await answer;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The proxy hung up while the cluster was asked. Nobody should read an answer; whoever does reads no yes, and neither does the meter.
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }

    private bool TryAnswerAtOnce(HttpContext context, TenantGate gate, TenantKeys keys, in ForwardedRequest request, DateTimeOffset now)
    {
        if (verifier.Recall(context.Request.Headers, gate, keys, request.Host, now) is not { } token
            || HeaderSigner.AtHand(token, request.Host, now.UtcTicks) is not { } headers
            || Decide(gate, request, token, now) is not ForwardAuthDecision.Allow)
        {
            return false;
        }

        Note(token, now);
        answers.Allow(context, token, headers);
        return true;
    }

    private async Task AnswerSlowly(HttpContext context, Dialect dialect, TenantGate gate, TenantKeys keys, ForwardedRequest request, DateTimeOffset now)
    {
        var (credential, token) = verifier.Verify(context.Request.Headers, gate, keys, request, now);
        var decision = token is null
            ? ForwardAuthRules.DecideCredential(gate.Tenant, gate.ResponsibilityOf(request.Host), request, credential, isRevoked: false, now)
            : Decide(gate, request, token, now);
        Renewal.Renewed? renewed = null;
        if (decision is ForwardAuthDecision.AllowAndRenew)
        {
            var renewal = await renewals.Renew(token!, view.ClientOf(context), context.RequestAborted);
            renewed = renewal as Renewal.Renewed;
            decision = MayBeLed(dialect, gate, request) && renewals.ShouldLead(token!)
                ? new ForwardAuthDecision.LogIn(ForwardAuthReason.RenewedCookieDropped)
                : AfterRenewal(renewal, gate, request, decision, now);
        }

        if (IsAllowed(decision))
        {
            await Admit(context, dialect, gate, token!, request, renewed, now);
        }
        else
        {
            await Write(context, dialect, gate, request, decision);
        }
    }

    private async Task Admit(HttpContext context, Dialect dialect, TenantGate gate, KnownToken token, ForwardedRequest request, Renewal.Renewed? renewed, DateTimeOffset now)
    {
        var outcome = await signer.Make(token, request.Host, context.RequestAborted);

        // Renewal and signing take seconds where a script or a silo is slow: a session that ended meanwhile opens nothing any more.
        var decision = outcome switch
        {
            HeaderOutcome.Ready => Decide(gate, request, token, now),
            HeaderOutcome.SessionGone => WithoutSession(gate, request, now),
            _ => new ForwardAuthDecision.Unavailable(),
        };
        if (outcome is not HeaderOutcome.Ready(var headers) || !IsAllowed(decision))
        {
            await Write(context, dialect, gate, request, decision);
            return;
        }

        if (renewed is not null)
        {
            answers.SetCookie(context, gate, request, renewed, now);
        }

        Note(token, now);
        answers.Allow(context, token, headers);
    }

    private static bool IsAllowed(ForwardAuthDecision decision) => decision is ForwardAuthDecision.Allow or ForwardAuthDecision.AllowAndRenew;

    private ForwardAuthDecision Decide(TenantGate gate, in ForwardedRequest request, KnownToken token, DateTimeOffset now) =>
        ForwardAuthRules.DecideCredential(gate.Tenant, gate.ResponsibilityOf(request.Host), request, token.Credential, view.IsRevoked(token), now);

    /// <summary>A definite "no" of the provider counts at once; an ended session is as if there were none; everything else leaves the old cookie good.</summary>
    private static ForwardAuthDecision AfterRenewal(Renewal renewal, TenantGate gate, in ForwardedRequest request, ForwardAuthDecision before, DateTimeOffset now) => renewal switch
    {
        Renewal.UserInvalid => new ForwardAuthDecision.Forbidden(ForwardAuthReason.UserInvalid),
        Renewal.SessionGone => WithoutSession(gate, request, now),
        _ => before,
    };

    private static ForwardAuthDecision WithoutSession(TenantGate gate, in ForwardedRequest request, DateTimeOffset now) =>
        ForwardAuthRules.DecideCredential(gate.Tenant, "", request, Credential.Nothing, isRevoked: false, now);

    /// <summary>The login page renews without a form only where logins are silent, and only a navigation can be sent there.</summary>
    private static bool MayBeLed(Dialect dialect, TenantGate gate, in ForwardedRequest request) =>
        request.IsNavigation && gate.Tenant.SilentLogin && dialect != Dialect.Check;

    private void Note(KnownToken token, DateTimeOffset now)
    {
        if (token.ShouldNote(now.UtcTicks))
        {
            seen.Note(token.Gate.Tenant.Name, token.Sid);
        }
    }

    private Task Write(HttpContext context, Dialect dialect, TenantGate? gate, in ForwardedRequest request, ForwardAuthDecision decision)
    {
        switch (decision)
        {
            case ForwardAuthDecision.Allow:
                answers.AllowNobody(context, gate!, request.Host);
                return Task.CompletedTask;
            case ForwardAuthDecision.LogIn { Reason: var reason }:
                return answers.LogIn(context, dialect, gate!, request, reason);
            case ForwardAuthDecision.NotLoggedIn { Reason: var reason, IsBearer: var isBearer }:
                return answers.NotLoggedIn(context, dialect, gate!, request, reason, isBearer);
            case ForwardAuthDecision.Forbidden { Reason: var reason }:
                return answers.Forbid(context, dialect, gate, request, reason);
            default:
                return answers.Unavailable(context, gate, request);
        }
    }
}
