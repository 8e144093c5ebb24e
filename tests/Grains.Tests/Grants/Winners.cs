using Uitsmijter.Actors.GrainInterfaces.Grants;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Grants;

/// <summary>The judge of every race for something that may be had once.</summary>
internal static class Winners
{
    /// <summary>How many got tokens; fails for more than one.</summary>
    public static int AtMostOne(IEnumerable<TokenOutcome?> outcomes) => AtMostOne(outcomes.Select(static outcome => outcome is TokenOutcome.Issued));

    /// <summary>How many won; fails for more than one.</summary>
    public static int AtMostOne(IEnumerable<bool> won)
    {
        var winners = won.Count(static each => each);
        Assert.InRange(winners, 0, 1);
        return winners;
    }

    /// <summary>How many different successors a refresh token got; fails for more than one.</summary>
    public static int AtMostOneLineage(IEnumerable<TokenOutcome?> outcomes)
    {
        var lineages = outcomes.OfType<TokenOutcome.Issued>().Select(static issued => issued.Tokens.RefreshToken).Distinct().Count();
        Assert.InRange(lineages, 0, 1);
        return lineages;
    }
}
