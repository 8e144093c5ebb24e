using System.Text;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Silo.Catalog;
using Uitsmijter.Actors.TestKit.Processes;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Catalog;

public sealed class HostileFileTests
{
    private const int Rounds = 3000;

    private static readonly string[] _pieces =
        ["&a", "*a", "<<:", "!!binary ", "? ", "- - - ", "{", "}", "[", "]", ": ", "|\n", ">-\n", "\"\\uD800\"", "'", "%TAG ! x\n", "---\n", "...\n", "\0", "\t", "\u2028", "\u00ff", "~", "#"];

    [Fact, Trait("Attack", "44")]
    public void mutilated_files_end_as_an_entity_or_as_problems_and_never_otherwise()
    {
        var seeds = Directory.EnumerateFiles(Path.Combine(Repository.Root, "examples"), "*.yaml", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToArray();
        var chance = new Random(20260102);

        for (var round = 0; round < Rounds; round++)
        {
            var content = Mutilate(seeds[chance.Next(seeds.Length)], chance);

            var change = EntityFile.Translate((EntityKind)(round % 2), "a.yaml", content);

            Assert.True(change is not SourceChange.Broken || change.Problems.Any(static problem => problem.Severity is ProblemSeverity.Error));
            Assert.All(change.Problems, static problem => Assert.DoesNotContain('\n', problem.ToString()));
        }
    }

    private static byte[] Mutilate(byte[] seed, Random chance)
    {
        var content = seed.ToList();
        for (var i = chance.Next(1, 6); i > 0; i--)
        {
            var at = chance.Next(content.Count);
            switch (chance.Next(4))
            {
                case 0: content.RemoveRange(at, Math.Min(chance.Next(1, 40), content.Count - at)); break;
                case 1: content[at] = (byte)chance.Next(256); break;
                case 2: content.InsertRange(at, Encoding.UTF8.GetBytes(_pieces[chance.Next(_pieces.Length)])); break;
                default: content.InsertRange(at, content.GetRange(at, Math.Min(chance.Next(1, 60), content.Count - at)).ToArray()); break;
            }

            if (content.Count == 0)
            {
                break;
            }
        }

        return [.. content];
    }
}
