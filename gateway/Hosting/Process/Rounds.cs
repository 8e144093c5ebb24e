namespace Uitsmijter.Actors.Hosting;

/// <summary>Something that is done again and again for as long as the process runs.</summary>
internal static class Rounds
{
    /// <summary>Waits and does it, until the process ends; who is started with it is not held up.</summary>
    /// <param name="period">The time before each round.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="round">Does it; its failures end the rounds.</param>
    /// <param name="stoppingToken">The end of the process.</param>
    public static async Task Every(TimeSpan period, TimeProvider clock, Func<int, Task> round, CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            for (var number = 0; ; number++)
            {
                await Task.Delay(period, clock, stoppingToken);
                await round(number);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }
}
