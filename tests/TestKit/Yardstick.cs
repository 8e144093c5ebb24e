namespace Uitsmijter.Actors.TestKit;

/// <summary>
/// Fixed work of the kind a server does (strings, tables, sorting, garbage). A promise in processor time is made for a quiet machine; how much
/// longer this work takes here and now than there is how much longer the promised work may take: a core that is shared with another process
/// or with its own second thread needs up to twice the processor time for the same work.
/// </summary>
public static class Yardstick
{
    private const int Rounds = 12;
    private const int Words = 20_000;

    /// <summary>Processor time of one thread for the work on a quiet core: the least of many runs where the promises were measured.</summary>
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(150);

    /// <summary>
    /// Measures the machine while <paramref name="work"/> runs, before and after it. Nothing else may run in the process meanwhile: tests that
    /// use this belong into a collection without parallels.
    /// </summary>
    /// <param name="work">What is measured.</param>
    /// <returns>Its processor time, all threads of the process, as it would be on a quiet machine; never more than was measured.</returns>
    public static async Task<TimeSpan> Measure(Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var before = Once();
        var started = Environment.CpuUsage.TotalTime;
        await work().ConfigureAwait(false);
        var took = Environment.CpuUsage.TotalTime - started;
        return took / Math.Max(1, (before + Once()) / (2 * _quiet));
    }

    /// <summary>Processor time of one thread for the fixed work, all cores busy with it as they are with the measured work.</summary>
    private static TimeSpan Once()
    {
        Work(1);
        var started = Environment.CpuUsage.TotalTime;
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(static _ => new Thread(static () => Work(Rounds))).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());
        return (Environment.CpuUsage.TotalTime - started) / threads.Count;
    }

    private static void Work(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            var known = new Dictionary<string, int>(StringComparer.Ordinal);
            var words = Enumerable.Range(0, Words).Select(static number => $"{(uint)number * 2_654_435_761U:x8}.example.test").ToArray();
            foreach (var word in words)
            {
                known[word[..8]] = word.Length;
            }

            Array.Sort(words, StringComparer.Ordinal);
        }
    }
}
