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

    /// <summary>How long before its end a certificate is warned of: who renews has renewed by then.</summary>
    private static readonly TimeSpan _soon = TimeSpan.FromDays(3);

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
            var (bad, soon) = Judge(settings.RedisTls!, clock.GetUtcNow().UtcDateTime);
            var sentence = bad ?? soon;
            if (sentence is not null && (sentence != told.Sentence || clock.GetElapsedTime(told.At) >= _again))
            {
                told = (sentence, clock.GetTimestamp());
                Tell(bad, soon);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>What is wrong with the files now, and what will be soon; null for nothing.</summary>
    private static (string? Bad, string? Soon) Judge(TlsFiles files, DateTime now)
    {
        if (PemIdentity.Read(files, out var problem) is not { } read)
        {
            return (problem, null);
        }

        if (read.Certificate is not { } shown)
        {
            return (null, null);
        }

        var (begin, end) = (shown.NotBefore.ToUniversalTime(), shown.NotAfter.ToUniversalTime());
        return now < begin ? ($"{files.Certificate} is not good before {begin:u}", null)
            : now > end ? ($"{files.Certificate} ended on {end:u}", null)
            : (null, end - now < _soon ? $"{files.Certificate} ends on {end:u}" : null);
    }

    private void Tell(string? bad, string? soon)
    {
        if (bad is not null)
        {
            LogUnusable(bad);
        }
        else
        {
            LogEndsSoon(soon!);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "New connections to Redis fail or will soon: {Problem}. Put a good certificate into the file; no restart is needed.")]
    private partial void LogUnusable(string problem);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The certificate shown to Redis must be renewed: {Problem}. No restart is needed.")]
    private partial void LogEndsSoon(string problem);
}
