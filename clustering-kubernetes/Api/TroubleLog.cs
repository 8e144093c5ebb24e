using Microsoft.Extensions.Logging;

namespace Uitsmijter.Actors.Clustering.Kubernetes.Api;

/// <summary>Says once what is wrong and once that it is over; a trouble that lasts is repeated every minute.</summary>
/// <param name="clock">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class TroubleLog(TimeProvider clock, ILogger<TroubleLog> logger)
{
    private static readonly TimeSpan _again = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<ApiRequest, (ApiTroubleKind Kind, long Told)> _open = [];

    /// <summary>A request failed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="trouble">Why.</param>
    /// <param name="pause">How long until the next try.</param>
    public void Failed(ApiRequest request, ApiTrouble trouble, TimeSpan pause)
    {
        var about = trouble.IsShared ? default : request;
        lock (_lock)
        {
            if (_open.TryGetValue(about, out var known) && known.Kind == trouble.Kind && clock.GetElapsedTime(known.Told) < _again)
            {
                return;
            }

            _open[about] = (trouble.Kind, clock.GetTimestamp());
        }

        LogTrouble(trouble.IsPassing ? LogLevel.Warning : LogLevel.Error, trouble.Sentence, pause.TotalSeconds);
    }

    /// <summary>A request was answered.</summary>
    /// <param name="request">The request.</param>
    public void Answered(ApiRequest request)
    {
        lock (_lock)
        {
            if (_open.Count == 0 || !(_open.Remove(default) | _open.Remove(request)))
            {
                return;
            }
        }

        LogOver(request);
    }

    [LoggerMessage(EventId = 1, Message = "Cluster membership: {Trouble}; trying again in {Seconds:0.#} s.")]
    private partial void LogTrouble(LogLevel level, string trouble, double seconds);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Cluster membership: the Kubernetes API answers again ({Request}).")]
    private partial void LogOver(ApiRequest request);
}
