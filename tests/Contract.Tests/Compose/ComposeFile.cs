using System.Text.RegularExpressions;
using Uitsmijter.Actors.TestKit.Processes;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Uitsmijter.Actors.Contract.Tests.Compose;

/// <summary>The repository's <c>docker-compose.yml</c>, read as Docker Compose reads it: anchors merged, variables put in.</summary>
internal sealed partial class ComposeFile
{
    private readonly Dictionary<string, object> _root;

    /// <summary>Reads the file.</summary>
    public ComposeFile()
    {
        Text = File.ReadAllText(Path.Combine(Repository.Root, "docker-compose.yml"));
        _root = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(new MergingParser(new Parser(new StringReader(Text))));
    }

    /// <summary>The file as it is written.</summary>
    public string Text { get; }

    /// <summary>The keys of the file itself.</summary>
    public IEnumerable<string> Keys => _root.Keys;

    /// <summary>The named volumes.</summary>
    public IEnumerable<string> Volumes => Map(_root["volumes"]).Keys;

    /// <summary>The services by name.</summary>
    public IReadOnlyDictionary<string, ComposeService> Services =>
        Map(_root["services"]).ToDictionary(static one => one.Key, static one => new ComposeService(one.Key, Map(one.Value)));

    /// <summary>The networks by name.</summary>
    public IReadOnlyDictionary<string, Dictionary<string, object?>> Networks => Map(_root["networks"]).ToDictionary(static one => one.Key, static one => Map(one.Value));

    /// <summary>The names of the variables that must be set before anything starts.</summary>
    public IReadOnlySet<string> Demanded =>
        Variable().Matches(Text).Where(static one => one.Groups["rest"].Value.StartsWith(":?", StringComparison.Ordinal)).Select(static one => one.Groups["name"].Value).ToHashSet();

    /// <summary>A mapping of the file.</summary>
    public static Dictionary<string, object?> Map(object? value) =>
        ((Dictionary<object, object?>)value!).ToDictionary(static one => (string)one.Key, static one => one.Value);

    /// <summary>A sequence of the file.</summary>
    public static string[] List(object? value) => value is null ? [] : [.. ((List<object>)value).Cast<string>()];

    /// <summary>Puts variables in as Compose does.</summary>
    /// <param name="text">A value of the file.</param>
    /// <param name="variables">What <c>.env</c> says.</param>
    /// <exception cref="InvalidOperationException">A demanded variable is unset or empty.</exception>
    public static string Fill(string text, IReadOnlyDictionary<string, string> variables) => Variable().Replace(text, found =>
    {
        if (found.Value == "$$")
        {
            return "$";
        }

        var value = variables.GetValueOrDefault(found.Groups["name"].Value, "");
        var rest = found.Groups["rest"].Value;
        return value.Length > 0 ? value
            : rest.StartsWith(":-", StringComparison.Ordinal) ? rest[2..]
            : throw new InvalidOperationException($"{found.Groups["name"].Value}: {rest}");
    });

    [GeneratedRegex(@"\$\$|\$\{(?<name>[A-Z_]+)(?<rest>:[?-][^}]*)?\}")]
    private static partial Regex Variable();
}
