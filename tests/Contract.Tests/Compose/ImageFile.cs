using System.Text.Json;
using System.Text.RegularExpressions;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Contract.Tests.Compose;

/// <summary>The repository's <c>Dockerfile</c>: its stages and what they say.</summary>
internal sealed partial class ImageFile
{
    private readonly Dictionary<string, (string From, List<string> Lines)> _stages = [];

    /// <summary>Reads the file.</summary>
    public ImageFile()
    {
        var text = Continuation().Replace(File.ReadAllText(Path.Combine(Repository.Root, "Dockerfile")), " ");
        foreach (var line in text.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0 && line[0] != '#'))
        {
            if (Stage().Match(line) is { Success: true } stage)
            {
                _stages.Add(stage.Groups["name"].Value, (stage.Groups["from"].Value, []));
            }
            else
            {
                _stages.Last().Value.Lines.Add(line);
            }
        }
    }

    /// <summary>Names of the stages.</summary>
    public IEnumerable<string> Stages => _stages.Keys;

    /// <summary>Images of others that it starts from.</summary>
    public IEnumerable<string> Bases => _stages.Values.Select(static stage => stage.From).Where(from => !_stages.ContainsKey(from));

    /// <summary>Every path of the repository that is copied.</summary>
    public IEnumerable<string> Copied => _stages.Values.SelectMany(static stage => stage.Lines)
        .Where(static line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from=", StringComparison.Ordinal))
        .SelectMany(static line => line.Split(' ')[1..^1]);

    /// <summary>The stages whose output a stage takes.</summary>
    public string Source(string stage) => From().Match(Lines(stage).Single(static line => line.StartsWith("COPY --from=", StringComparison.Ordinal))).Groups["name"].Value;

    /// <summary>The lines of a stage, those of the stages it starts from first.</summary>
    public IReadOnlyList<string> Lines(string stage) => _stages.TryGetValue(stage, out var found) ? [.. Lines(found.From), .. found.Lines] : [];

    /// <summary>The program and its arguments.</summary>
    public string[] EntryPoint(string stage) =>
        JsonSerializer.Deserialize<string[]>(Lines(stage).Last(static line => line.StartsWith("ENTRYPOINT ", StringComparison.Ordinal))["ENTRYPOINT ".Length..])!;

    /// <summary>The variables an image brings.</summary>
    public Dictionary<string, string> Environment(string stage) => Lines(stage).Where(static line => line.StartsWith("ENV ", StringComparison.Ordinal))
        .SelectMany(static line => line[4..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(static pair => pair.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);

    /// <summary>The arguments of <c>dotnet</c> that publish the program of a stage.</summary>
    public string[] Publish(string stage)
    {
        var run = Lines(Source(stage)).Single(static line => line.StartsWith("RUN ", StringComparison.Ordinal));
        return run[(run.IndexOf("dotnet ", StringComparison.Ordinal) + "dotnet ".Length)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continuation();

    [GeneratedRegex(@"^FROM (--platform=\S+ )?(?<from>\S+) AS (?<name>\S+)$")]
    private static partial Regex Stage();

    [GeneratedRegex(@"--from=(?<name>\S+)")]
    private static partial Regex From();
}
