using YamlDotNet.RepresentationModel;

namespace Uitsmijter.Actors.EndToEnd.Tests.Proxies;

/// <summary>Reads the very configuration the documentation shows, so that the doubles obey what people copy.</summary>
internal static class Documented
{
    /// <summary>The node at a path of a document; a number steps into a list.</summary>
    public static YamlNode At(string yaml, params object[] path)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return path.Aggregate(stream.Documents[0].RootNode, static (node, step) => step is int index ? node[index] : node[(string)step]);
    }

    /// <summary>A list of texts at a path.</summary>
    public static string[] Texts(string yaml, params object[] path) => [.. ((YamlSequenceNode)At(yaml, path)).Select(static item => item.ToString())];

    /// <summary>Envoy's patterns at a path, as one question about a header name.</summary>
    public static Func<string, bool> Patterns(string yaml, params object[] path)
    {
        var patterns = ((YamlSequenceNode)At(yaml, [.. path, "patterns"])).Cast<YamlMappingNode>()
            .Select(static pattern => (Kind: pattern.Children.Keys.Single().ToString(), Name: pattern.Children.Values.Single().ToString())).ToArray();
        return header => Array.Exists(patterns, pattern => pattern.Kind == "prefix"
            ? header.StartsWith(pattern.Name, StringComparison.OrdinalIgnoreCase)
            : header.Equals(pattern.Name, StringComparison.OrdinalIgnoreCase));
    }
}
