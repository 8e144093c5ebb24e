using System.Collections;
using System.Diagnostics;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>What one rendering may cost. Loops and output count against it; past it the page is given up.</summary>
internal sealed class RenderBudget
{
    private const int MaxSteps = 5000;

    /// <summary>Longest rendering. Ours take a thousandth of it; steps and output bound the work, and a busy machine may hold a thread back for a quarter of a second.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(1);

    private readonly long _started = Stopwatch.GetTimestamp();
    private bool _isTimed = true;
    private int _steps;

    /// <summary>
    /// Takes the clock away, for our own pages: they end, and a busy machine that holds a thread back for a quarter of a second must
    /// not turn the login page into an error.
    /// </summary>
    public void TakeYourTime() => _isTimed = false;

    /// <summary>Counts one turn of a loop.</summary>
    /// <exception cref="RenderLimitException">Too many turns, or too long.</exception>
    public void Step()
    {
        if (++_steps > MaxSteps)
        {
            throw new RenderLimitException($"more than {MaxSteps} turns of loops");
        }

        CheckTime();
    }

    /// <summary>Checks the time alone.</summary>
    /// <exception cref="RenderLimitException">Too long.</exception>
    public void CheckTime()
    {
        if (_isTimed && Stopwatch.GetElapsedTime(_started) > MaxTime)
        {
            throw new RenderLimitException($"longer than {MaxTime.TotalMilliseconds} ms");
        }
    }
}

/// <summary>A list a template may loop over, each turn counted.</summary>
/// <param name="items">The items.</param>
/// <param name="budget">Where turns are counted.</param>
/// <param name="maxItems">A template sees so many of them at most.</param>
internal sealed class BudgetedList(IReadOnlyList<object?> items, RenderBudget budget, int maxItems = BudgetedList.MaxItems) : IReadOnlyList<object?>
{
    private const int MaxItems = 100;

    /// <inheritdoc />
    public int Count => Math.Min(items.Count, maxItems);

    /// <inheritdoc />
    public object? this[int index]
    {
        get
        {
            budget.Step();
            return items[index];
        }
    }

    /// <inheritdoc />
    public IEnumerator<object?> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc />
    public override string ToString() => string.Join(", ", items.Take(maxItems));
}

/// <summary>A template used up its <see cref="RenderBudget"/>.</summary>
/// <param name="limit">Which limit, as a sentence's end.</param>
internal sealed class RenderLimitException(string limit) : Exception($"The template was stopped: {limit}.");
