using System.Collections.Immutable;
using System.Globalization;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Translates <c>interceptor.required_acr</c> and <c>interceptor.max_auth_age</c>.</summary>
internal static class RequirementTranslation
{
    /// <summary>What the tenant asks of a login; null where it asks for nothing.</summary>
    public static LoginRequirement? Read(MappingReader block)
    {
        RefuseEmpty(block, ConfigurationKeys.RequiredAcr, Problems.BadContext);
        RefuseEmpty(block, ConfigurationKeys.MaxAuthAge, Problems.BadValue);
        var contexts = Contexts(block);
        var seconds = block.Number(ConfigurationKeys.MaxAuthAge, LoginRequirement.LeastAge, LoginRequirement.GreatestAge);
        return contexts.IsEmpty && seconds is null
            ? null
            : new LoginRequirement { AcrValues = contexts, MaxAge = seconds is { } age ? TimeSpan.FromSeconds(age) : null };
    }

    // A template that rendered to nothing must not open what somebody meant to close.
    private static void RefuseEmpty(MappingReader block, string key, ProblemKind kind)
    {
        if (!block.Has(key) && block.Entries.Any(entry => entry.Key == key))
        {
            block.Add(kind, key, "has no value: write one, or remove the key.");
        }
    }

    private static ImmutableArray<string> Contexts(MappingReader block)
    {
        if (block.List(ConfigurationKeys.RequiredAcr) is not { } items)
        {
            return [];
        }

        foreach (var item in items.Where(static item => !LoginRequirement.IsContext(item.Text)))
        {
            block.Problems.Add(
                Problems.BadContext,
                item.Line,
                item.Path,
                string.Create(CultureInfo.InvariantCulture, $"{ProblemList.Quote(item.Text)} is no context: 1 to {LoginRequirement.LongestContext} printable ASCII characters without blanks, quotes and backslashes."));
        }

        if (block.Node(ConfigurationKeys.RequiredAcr) is ConfigurationNode.Sequence { Items.Length: var length } && length is 0 or > LoginRequirement.MostContexts)
        {
            block.Add(
                Problems.BadContext,
                ConfigurationKeys.RequiredAcr,
                string.Create(CultureInfo.InvariantCulture, $"must name 1 to {LoginRequirement.MostContexts} contexts."));
        }

        return [.. items.Select(static item => item.Text).Distinct(StringComparer.Ordinal)];
    }
}
