using Microsoft.Extensions.Options;

namespace Uitsmijter.Actors.Clustering.Kubernetes.Api;

/// <summary>Sends requests until they are answered: every failure is understood, told once, and tried again after a pause that grows.</summary>
/// <param name="connections">The connection.</param>
/// <param name="options">The options.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">Where troubles are told.</param>
internal sealed class ApiCalls(ApiConnections connections, IOptions<KubernetesClusteringOptions> options, TimeProvider clock, TroubleLog log)
{
    private static readonly TimeSpan _first = TimeSpan.FromMilliseconds(250);
    private readonly KubernetesClusteringOptions _options = options.Value;

    // Until then nobody asks: Orleans repeats a failed heartbeat after 200 ms, whatever the API server asked for.
    private long _silentUntil = long.MinValue;

    /// <summary>Sends one request.</summary>
    /// <param name="request">What it is, for the log.</param>
    /// <param name="send">Sends it; called again for every try, so it must bear being done twice.</param>
    /// <param name="patience">How long it is tried; <see cref="Timeout.InfiniteTimeSpan"/> for without end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KubernetesClusteringException">Patience ended; the message says why.</exception>
    public async Task<T> Send<T>(
        ApiRequest request, Func<ApiConnection, CancellationToken, Task<T>> send, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        for (var pause = _first; ; pause = pause + pause < _options.LongestPause ? pause + pause : _options.LongestPause)
        {
            await KeepSilent(started, patience, cancellationToken);
            var (answer, trouble, cause) = await Try(request, send, cancellationToken);
            if (trouble is null)
            {
                log.Answered(request);
                return answer!;
            }

            var spread = Spread(pause);
            var next = spread > trouble.RetryAfter ? spread : trouble.RetryAfter;
            if (trouble.RetryAfter > TimeSpan.Zero)
            {
                Volatile.Write(ref _silentUntil, clock.GetTimestamp() + Ticks(trouble.RetryAfter));
            }

            log.Failed(request, trouble, next);
            if (patience != Timeout.InfiniteTimeSpan && clock.GetElapsedTime(started) + next > patience)
            {
                throw new KubernetesClusteringException($"Cluster membership: {trouble.Sentence}.", cause);
            }

            await Task.Delay(next, clock, cancellationToken);
        }
    }

    private async Task<(T? Answer, ApiTrouble? Trouble, Exception? Cause)> Try<T>(
        ApiRequest request, Func<ApiConnection, CancellationToken, Task<T>> send, CancellationToken cancellationToken)
    {
        ApiConnection? connection = null;
        using var late = new CancellationTokenSource(_options.RequestTimeout, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        ApiTrouble? trouble = null;
        try
        {
            connection = connections.Current();
            return (await send(connection, end.Token), null, null);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested
            && (trouble = ApiTrouble.Of(failure, request, connection, _options.RequestTimeout, clock.GetUtcNow())) is not null)
        {
            if (trouble.NeedsConnection)
            {
                connections.Renew(connection);
            }

            return (default, trouble, failure);
        }
    }

    private async Task KeepSilent(long started, TimeSpan patience, CancellationToken cancellationToken)
    {
        var silence = clock.GetElapsedTime(clock.GetTimestamp(), Math.Max(Volatile.Read(ref _silentUntil), clock.GetTimestamp()));
        if (silence <= TimeSpan.Zero)
        {
            return;
        }

        var rest = patience == Timeout.InfiniteTimeSpan ? silence : patience - clock.GetElapsedTime(started);
        await Task.Delay(silence < rest ? silence : rest > TimeSpan.Zero ? rest : TimeSpan.Zero, clock, cancellationToken);
        if (silence > rest)
        {
            throw new KubernetesClusteringException("Cluster membership: the Kubernetes API asked for a longer pause (429).");
        }
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);

    // A hundred silos that lost the API server together do not come back together.
    private static TimeSpan Spread(TimeSpan pause) => pause * (0.8 + (Random.Shared.NextDouble() * 0.4));
}
