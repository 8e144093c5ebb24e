using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Grants;

/// <summary>
/// Rounds of a race for something that may be had once, and what came of them. <c>UITSMIJTER_ROUNDS=2000</c> runs thousands of rounds instead of some;
/// <c>-showLiveOutput</c> shows the count, which docs/security-testing.md keeps.
/// </summary>
internal static class Races
{
    private static readonly int _rounds = int.TryParse(Environment.GetEnvironmentVariable("UITSMIJTER_ROUNDS"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 10;

    /// <summary>Runs rounds on a storage that works.</summary>
    /// <param name="round">One round; the winners it had.</param>
    /// <param name="name">Filled in by the compiler.</param>
    /// <returns>How many rounds there were, and in how many somebody won.</returns>
    public static Task<(int Rounds, int Won)> Run(Func<Task<int>> round, [CallerMemberName] string name = "") => Run(_ => round(), static () => 0, name);

    /// <summary>Runs rounds on a storage that fails; what is raced for is made while it works.</summary>
    /// <param name="storage">The storage.</param>
    /// <param name="prepare">Makes what is raced for.</param>
    /// <param name="race">The race; the winners it had.</param>
    /// <param name="name">Filled in by the compiler.</param>
    public static async Task WhileStorageFails<T>(TestStorage storage, Func<Task<T>> prepare, Func<T, Task<int>> race, [CallerMemberName] string name = "")
    {
        var injected = 0;
        await Run(
            async number =>
            {
                var prize = await prepare();
                using var faults = new Faults(storage, number);
                var winners = await race(prize);
                injected += faults.Injected;
                return winners;
            },
            () => injected,
            name);
        Assert.NotEqual(0, injected);
    }

    private static async Task<(int Rounds, int Won)> Run(Func<int, Task<int>> round, Func<int> faults, string name)
    {
        var (watch, won) = (Stopwatch.StartNew(), 0);
        for (var number = 0; number < _rounds; number++)
        {
            won += await round(number);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name}: {_rounds} rounds, {won} winners, {faults()} faults, {watch.Elapsed.TotalSeconds:F0} s"));
        return (_rounds, won);
    }
}
