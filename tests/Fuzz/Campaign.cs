using System.Diagnostics;
using System.Text.Json;
using Uitsmijter.Actors.Fuzz.Targets;

namespace Uitsmijter.Actors.Fuzz;

/// <summary>The loop: take a known input, change it, run it, keep it when it went where none went before.</summary>
internal sealed class Campaign
{
    private const int MostFindings = 20;
    private static readonly TimeSpan _tooSlow = TimeSpan.FromSeconds(5);

    private readonly Coverage _coverage = new();
    private readonly List<string> _corpus = [];
    private readonly SortedDictionary<string, string> _findings = new(StringComparer.Ordinal);
    private readonly FuzzTarget _target;
    private readonly Mutator _mutator;
    private readonly Order _order;
    private long _executions;

    private Campaign(Order order)
    {
        _order = order;
        _target = FuzzTarget.All.Single(one => one.Name == order.Target);
        _mutator = new Mutator(new Random(order.Seed), _target.Words);
    }

    /// <summary>Runs a campaign; strings, because caller and campaign are different loads of the same assembly.</summary>
    /// <param name="order">An <see cref="Order"/> as JSON.</param>
    /// <returns>A <see cref="Result"/> as JSON.</returns>
    public static string RunJson(string order)
    {
        var campaign = new Campaign(JsonSerializer.Deserialize<Order>(order)!);
        return JsonSerializer.Serialize(campaign.Run());
    }

    private Result Run()
    {
        var clock = Stopwatch.StartNew();
        foreach (var seed in _target.Seeds)
        {
            Execute(seed);
            _corpus.Add(seed);
        }

        while (_executions < _order.Executions && _findings.Count < MostFindings && (_order.Seconds <= 0 || clock.Elapsed.TotalSeconds < _order.Seconds))
        {
            var input = _mutator.Mutate(_corpus);
            if (Execute(input))
            {
                _corpus.Add(input);
            }
        }

        return new Result(_executions, _coverage.Edges, _corpus.Count, clock.Elapsed.TotalSeconds, [.. _findings.Select(static one => new Finding(one.Value, one.Key))]);
    }

    private bool Execute(string input)
    {
        _executions++;
        _coverage.Clear();
        if (ProblemOf(input) is { } problem && (!_findings.TryGetValue(problem, out var known) || known.Length > input.Length))
        {
            _findings[problem] = Shorten(input, problem);
        }

        return _coverage.Learn();
    }

    private string? ProblemOf(string input)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            _target.Try(input);
        }
        catch (BrokenRuleException broken)
        {
            return broken.Message;
        }
        catch (Exception failure)
        {
            // Anything that is thrown is a finding: every target reads strangers' text, which is never an exception.
            return $"{failure.GetType().Name} in {failure.TargetSite?.DeclaringType?.Name}.{failure.TargetSite?.Name}";
        }

        // A repeatable campaign is not judged by how busy the machine is.
        return _order.Seconds > 0 && Stopwatch.GetElapsedTime(started) > _tooSlow ? "slower than " + _tooSlow : null;
    }

    /// <summary>Takes pieces away as long as the same thing happens.</summary>
    private string Shorten(string input, string problem)
    {
        for (var size = input.Length / 2; size > 0; size /= 2)
        {
            for (var at = 0; at + size <= input.Length;)
            {
                var shorter = input.Remove(at, size);
                if (ProblemOf(shorter) == problem)
                {
                    input = shorter;
                }
                else
                {
                    at += size;
                }
            }
        }

        return input;
    }
}
