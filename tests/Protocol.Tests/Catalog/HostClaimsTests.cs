using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Hosts;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Catalog;

public sealed class HostClaimsTests
{
    private static readonly string[] _labels = ["a", "b", "ab", "app", "*", "a*", "*a", "ap*", "a*b", "b*", "*-1"];

    [Fact]
    public void the_tree_finds_an_overlap_exactly_where_comparing_all_patterns_does()
    {
        var chance = new Random(20260102);
        for (var round = 0; round < 300; round++)
        {
            var claims = new HostClaims();
            var held = new List<(string Pattern, string Owner)>();
            for (var i = 0; i < 40; i++)
            {
                var (pattern, owner) = (Pattern(chance), $"owner{chance.Next(8)}");
                var expected = held.Exists(other => other.Owner != owner && HostPatterns.Overlap(other.Pattern, pattern));

                var found = claims.FindOther(pattern, owner);

                Assert.Equal(expected, found is not null);
                Forget(chance, claims, held);
                if (!expected && !held.Exists(other => other.Pattern == pattern))
                {
                    claims.Add(pattern, owner);
                    held.Add((pattern, owner));
                }
            }
        }
    }

    private static void Forget(Random chance, HostClaims claims, List<(string Pattern, string Owner)> held)
    {
        if (held.Count > 5 && chance.Next(4) == 0)
        {
            var index = chance.Next(held.Count);
            claims.Remove(held[index].Pattern);
            held.RemoveAt(index);
        }
    }

    private static string Pattern(Random chance) =>
        string.Join('.', Enumerable.Range(0, chance.Next(1, 4)).Select(_ => _labels[chance.Next(_labels.Length)]));
}
