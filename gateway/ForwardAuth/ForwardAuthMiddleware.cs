using Microsoft.AspNetCore.Http.Features;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>
/// First in the pipeline: takes proxies' questions by their raw target, before routing or anything else could read it differently.
/// Requests of other routes pass untouched.
/// </summary>
internal sealed partial class ForwardAuthMiddleware(
    RequestDelegate next, QuestionReader reader, ForwardAuthDoor door, Answers answers, TimeProvider clock, ILogger<ForwardAuthMiddleware> logger)
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
            QuestionKind.Question => Guarded(context, target),
            _ => answers.Forbid(context, dialect: null, gate: null, request: null, ForwardAuthReason.Unreadable),
        };
    }

    /// <summary>Nothing behind it should throw. What does is told and allows nobody in; a question that is answered at once waits for nothing here.</summary>
    private Task Guarded(HttpContext context, in QuestionTarget target)
    {
        Task answer;
        try
        {
            answer = Answer(context, target);
        }
        catch (Exception failure) when (failure is not BadHttpRequestException && !context.Response.HasStarted)
        {
            return Fail(context, failure);
        }

        return answer.IsCompletedSuccessfully ? answer : Guarded(context, answer);
    }

    private async Task Guarded(HttpContext context, Task answer)
    {
        try
        {
            await answer;
        }
        catch (Exception failure) when (failure is not BadHttpRequestException && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await Fail(context, failure);
        }
    }

    private Task Fail(HttpContext context, Exception failure)
    {
        LogFailed(logger, failure);

        // Neither cookie nor identity of an answer that was not finished.
        context.Response.Clear();
        return answers.Unavailable(context, gate: null, default);
    }

    private Task Answer(HttpContext context, in QuestionTarget target) => reader.Read(context, target, out var request) switch
    {
        null => door.Answer(context, target.Dialect!, request, clock.GetUtcNow()),
        ForwardAuthReason.Stranger => answers.ForbidStranger(context, target.Dialect!),
        var reason => answers.Forbid(context, target.Dialect, gate: null, request: null, reason.Value),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "A question of a proxy could not be answered")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
