namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Warns of patterns that match nothing, or more than their owner thinks.</summary>
internal static class PatternTranslation
{
    /// <summary>Notes what is wrong with one pattern; it stays in its list.</summary>
    /// <param name="problems">Where to.</param>
    /// <param name="item">The pattern.</param>
    /// <param name="mayBeLoose">True where matching too much sends nothing anywhere.</param>
    public static void Warn(ProblemList problems, TextItem item, bool mayBeLoose)
    {
        if (UrlPattern.WhyBroken(item.Text) is { } broken)
        {
            problems.Add(Problems.BadPattern, item.Line, item.Path, $"{ProblemList.Quote(item.Text)} matches nothing: {broken}");
        }
        else if (!mayBeLoose && UrlPattern.WhyLoose(item.Text) is { } loose)
        {
            problems.Add(Problems.LoosePattern, item.Line, item.Path, $"{ProblemList.Quote(item.Text)} {loose}");
        }
    }
}
