namespace Uitsmijter.Actors.Benchmarks;

/// <summary>Runs the benchmarks and prints one Markdown table: what was measured, the figure, the promise.</summary>
internal static class Table
{
    /// <summary>Runs everything, or one group by name.</summary>
    /// <param name="only">The group, or null.</param>
    /// <param name="operations">Operations and algorithms of <c>oauth</c>, or <c>tenants</c> of <c>scale</c>; none means all.</param>
    public static async Task Print(string? only, IEnumerable<string> operations)
    {
        var groups = new Dictionary<string, Func<IAsyncEnumerable<Row>>>
        {
            ["forward-auth"] = ForwardAuthRatios.Measure,
            ["login"] = LoginCost.Measure,
            ["script"] = ScriptCost.Measure,
            ["start"] = StartTime.Measure,
            ["memory"] = SessionMemory.Measure,
            ["load"] = LoadTime.Measure,
            ["scale"] = () => Scale.ScaleTable.Measure(operations.Contains("tenants", StringComparer.Ordinal)),
            ["oauth"] = () => OAuth.OAuthRatios.Measure([.. operations]),
        };
        if (only is not null && !groups.ContainsKey(only))
        {
            Console.Error.WriteLine($"There is no benchmark called {only}; there are {string.Join(", ", groups.Keys)}.");
            return;
        }

        Console.WriteLine("| What | Measured | Promise |");
        Console.WriteLine("|---|---|---|");
        foreach (var (name, measure) in groups)
        {
            if (only is null || only == name)
            {
                await foreach (var row in measure())
                {
                    Console.WriteLine($"| {row.What} | {row.Measured} | {row.Promise} |");
                }
            }
        }
    }

    /// <summary>One line of the table.</summary>
    internal sealed record Row(string What, string Measured, string Promise);
}
