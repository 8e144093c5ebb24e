using Microsoft.AspNetCore.Http.Features;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>
/// First in the pipeline: takes proxies' questions by their raw target, before routing or anything else could read it differently.
/// Requests of other routes pass untouched.
/// </summary>
internal sealed class ForwardAuthMiddleware(RequestDelegate next, QuestionReader reader, ForwardAuthDoor door, Answers answers, TimeProvider clock)
{
    /// <summary>Handles one request.</summary>
    /// <param name="context">The request.</param>
    public Task InvokeAsync(HttpContext context)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var target = QuestionTarget.Read(raw, context.Request.Path.Value ?? "");
        return target.Kind switch
        {
            QuestionKind.NotOurs => next(context),
            QuestionKind.Question => Answer(context, target),
            _ => answers.Forbid(context, dialect: null, gate: null, request: null, ForwardAuthReason.Unreadable),
        };
    }

    private Task Answer(HttpContext context, in QuestionTarget target) => reader.Read(context, target, out var request) switch
    {
        null => door.Answer(context, target.Dialect!, request, clock.GetUtcNow()),
        ForwardAuthReason.Stranger => answers.ForbidStranger(context, target.Dialect!),
        var reason => answers.Forbid(context, target.Dialect, gate: null, request: null, reason.Value),
    };
}
