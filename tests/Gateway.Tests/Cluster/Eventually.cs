using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Uitsmijter.Actors.Gateway.Tests.Cluster;

/// <summary>Waits for a condition that another task brings about; fails with the condition's text when it never holds.</summary>
internal static class Eventually
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(120);

    public static async Task Holds(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < _limit, $"never: {text}");
            await Task.Delay(1);
        }
    }
}
