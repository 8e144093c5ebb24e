using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace Uitsmijter.Actors.Gateway.Observability;

/// <summary>
/// Hears from Kestrel of bytes that became no request: a line or header that cannot be read, one that is too long or comes too slowly. Only the status is
/// taken over; the server's own sentence may quote a header, and a header may be a cookie.
/// </summary>
internal sealed class ListenerRefusals(RefusalLog refusals) : IObserver<KeyValuePair<string, object?>>
{
    private const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    /// <summary>Begins to listen.</summary>
    /// <param name="services">Services of the process.</param>
    public static void Listen(IServiceProvider services) =>
        services.GetRequiredService<DiagnosticListener>().Subscribe(new ListenerRefusals(services.GetRequiredService<RefusalLog>()), static name => name == BadRequest);

    /// <inheritdoc />
    public void OnNext(KeyValuePair<string, object?> value)
    {
        // Where an answer has begun, there was a request, and its body was refused: that has its line.
        if (value is { Key: BadRequest, Value: IFeatureCollection features }
            && features.Get<IHttpResponseFeature>() is { HasStarted: false }
            && features.Get<IBadRequestExceptionFeature>()?.Error is BadHttpRequestException refused)
        {
            refusals.RefusedBytes(refused.StatusCode, features.Get<IHttpConnectionFeature>()?.RemoteIpAddress);
        }
    }

    /// <inheritdoc />
    public void OnCompleted()
    {
    }

    /// <inheritdoc />
    public void OnError(Exception error)
    {
    }
}
