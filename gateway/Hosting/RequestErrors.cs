using System.Diagnostics;
using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.Hosting.Logging;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Hosting;

/// <summary>
/// Gives every request that ends without an answer one of ours: an exception becomes 500 <c>Something went wrong.</c> and one log line,
/// a body that is too long 413, a path nobody knows 404; JSON of the standard
/// at the endpoints for clients (design §4). Nothing internal reaches the caller.
/// </summary>
internal sealed partial class RequestErrors(RequestDelegate next, ErrorPage errors, RefusalLog refusals, ILogger<RequestErrors> logger)
{
    private const int ServerError = 500;
    private const string PayloadTooLarge = "Payload Too Large";
    private const string BadRequest = "Bad Request";
    private const string UnsupportedMediaType = "Unsupported Media Type";

    /// <summary>Handles one request.</summary>
    /// <param name="context">The request.</param>
    public async Task InvokeAsync(HttpContext context)
    {
        using var scope = logger.BeginScope(new RequestScope(context.TraceIdentifier));
        context.Features.Set(new ClientRequest(context, refusals));
        if (context.Request.ContentLength > KestrelLimits.BodyBytes)
        {
            // Told before a byte of it is read; a body without a length is stopped while it is read.
            await Answer(context, StatusCodes.Status413PayloadTooLarge, PayloadTooLarge);
            return;
        }

        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller went away; nobody reads an answer.
            return;
        }
        catch (BadHttpRequestException exception)
        {
            await Answer(context, exception.StatusCode, exception.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType => UnsupportedMediaType,
                _ => BadRequest,
            });
            return;
        }
#pragma warning disable CA1031 // The edge: whatever was not expected ends here, once.
        catch (Exception exception)
        {
            Activity.Current?.SetStatus(ActivityStatusCode.Error);
            LogFailed(exception, context.Request.Method, (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText);
            await Answer(context, StatusCodes.Status500InternalServerError, Reasons.SomethingWentWrong);
            return;
        }
#pragma warning restore CA1031

        // Nobody answered: no route, or one that knows only other methods (contract http.md §1: never 405).
        if (!context.Response.HasStarted && context.Response is { StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed, ContentLength: null, ContentType: null })
        {
            context.Response.Headers.Remove("Allow");
            await Answer(context, StatusCodes.Status404NotFound, Reasons.NotFound);
        }
    }

    private static string Describe(int status) => status switch
    {
        StatusCodes.Status404NotFound => "There is nothing at this path for this method.",
        StatusCodes.Status413PayloadTooLarge => "The body is too long.",
        < ServerError => "The request cannot be read.",
        _ => "The server failed. Try again.",
    };

    private async Task Answer(HttpContext context, int status, string reason)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer must not look like a whole one.
            refusals.Refused(context, null, status, reason);
            context.Abort();
            return;
        }

        context.Response.Clear();
        ServerHeader.Write(context.Response);
        if (OAuthPaths.Contains(context.Request.Path))
        {
            await OAuthAnswer.Refuse(context, OAuthError.Of(status < ServerError ? OAuthErrors.InvalidRequest : OAuthErrors.ServerError, reason, Describe(status)) with { Status = status });
            return;
        }

        await errors.Write(context, null, status, reason);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "{Method} {Route} failed.")]
    private partial void LogFailed(Exception exception, string method, string? route);
}
