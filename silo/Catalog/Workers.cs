namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>Spreads work over the cores on threads of its own: the pool's threads carry the cluster, which must not stall while files are read.</summary>
internal static class Workers
{
    private const int WorthAThread = 50;

    /// <summary>Runs <paramref name="work"/> once for every number below <paramref name="count"/>, and returns when all are done.</summary>
    /// <param name="count">How many.</param>
    /// <param name="work">Must not throw.</param>
    public static void ForEach(int count, Action<int> work)
    {
        var next = -1;
        void Run()
        {
            for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
            {
                work(i);
            }
        }

        var helpers = Enumerable.Range(0, Math.Min(Environment.ProcessorCount - 1, count / WorthAThread))
            .Select(_ => new Thread(Run) { IsBackground = true, Name = "configuration" }).ToList();
        helpers.ForEach(static helper => helper.Start());
        Run();
        helpers.ForEach(static helper => helper.Join());
    }
}
