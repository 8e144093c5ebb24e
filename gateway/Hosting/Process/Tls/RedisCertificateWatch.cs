using Microsoft.Extensions.Hosting;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Hosting.Tls;

/// <summary>
/// Says in words what is wrong with the certificates of the way to Redis: a handshake that fails for them is otherwise a connection that "cannot be reached". The files are read again
/// for every connection, so that a good one needs no restart; while one is bad its line comes once an hour.
/// </summary>
internal sealed partial class RedisCertificateWatch(ServerSettings settings, TimeProvider clock, ILogger<RedisCertificateWatch> logger) : BackgroundService
{
    private static readonly TimeSpan _look = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _again = TimeSpan.FromHours(1);

    /// <summary>Adds the watch to a process that talks to Redis by certificates of its own.</summary>
    public static void AddTo(IServiceCollection services, ServerSettings settings)
    {
        if (settings.RedisTls is not null)
        {
            services.AddKeyedSingleton<IHostedService, RedisCertificateWatch>(StagedStart.Beside);
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        (string? Sentence, long At) told = (null, 0);
        using var timer = new PeriodicTimer(_look, clock);
        do
        {
            var (level, sentence) = Look(settings.RedisTls!, clock.GetUtcNow());
            if (sentence is not null && (sentence != told.Sentence || clock.GetElapsedTime(told.At) >= _again))
            {
                told = (sentence, clock.GetTimestamp());
                LogBad(level, sentence);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>What is wrong with the files now, or will be soon; null for nothing.</summary>
    private static (LogLevel Level, string? Sentence) Look(TlsFiles files, DateTimeOffset now)
    {
        var read = PemIdentity.Read(files, out var problem);
        problem ??= read?.WhyOutOfTime(files, now);
        return problem is null ? (LogLevel.Warning, read?.WhyOutOfTime(files, now + PemIdentity.Soon)) : (LogLevel.Error, problem);
    }

    [LoggerMessage(EventId = 1, Message = "New connections to Redis fail or will soon: {Problem}. Put a good certificate into the file; no restart is needed.")]
    private partial void LogBad(LogLevel level, string problem);
}
