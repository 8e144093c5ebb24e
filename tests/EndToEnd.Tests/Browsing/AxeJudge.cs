using System.Text.Json;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Uitsmijter.Actors.EndToEnd.Tests.Browsing;

/// <summary>axe-core, an independent judge of what WCAG 2.2 A and AA can be judged by a machine, and of good habits beyond.</summary>
internal static class AxeJudge
{
    private const string Run =
        """
        async (except) => (await axe.run({
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
          rules: Object.fromEntries(except.map((rule) => [rule, { enabled: false }])),
        })).violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.html} ${node.failureSummary}`))
        """;

    private static readonly string _script = new BundledAxeScriptProvider().GetScript();

    /// <summary>What the judge finds wrong with the page in front, each with the element; empty when nothing.</summary>
    /// <param name="page">The page.</param>
    /// <param name="except">Rules that do not count here.</param>
    public static async Task<string[]> Findings(this IPage page, params string[] except)
    {
        await page.EvaluateAsync(_script + ";null");
        return (await page.EvaluateAsync<JsonElement>(Run, except)).EnumerateArray().Select(static finding => finding.GetString()!).ToArray();
    }
}
