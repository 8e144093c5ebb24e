using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Hosting;

/// <summary>Keeps a gateway trying until the cluster answers: one line per try, at most every fifteen seconds.</summary>
internal sealed partial class ClusterRetry(ServerSettings settings, TimeProvider clock, ILogger<ClusterRetry> logger) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(15);
    private TimeSpan _wait = TimeSpan.FromSeconds(0.25);

    /// <inheritdoc />
    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        _wait = _wait + _wait < _longest ? _wait + _wait : _longest;
        if (exception is SiloUnavailableException)
        {
            LogUnknown(settings.ClusterId, settings.ServiceId, _wait.TotalSeconds);
        }
        else
        {
            LogUnreachable(exception.GetType().Name, _wait.TotalSeconds);
        }

        try
        {
            await Task.Delay(_wait, clock, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The cluster cannot be reached ({Reason}); trying again in {Seconds} s.")]
    private partial void LogUnreachable(string reason, double seconds);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "The cluster cannot be reached: no silo of cluster {ClusterId} of service {ServiceId} is known here (ORLEANS_CLUSTER_ID, ORLEANS_SERVICE_ID: the same for silos and gateways); trying again in {Seconds} s.")]
    private partial void LogUnknown(string clusterId, string serviceId, double seconds);
}
