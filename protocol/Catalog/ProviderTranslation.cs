using System.Buffers;
using System.Collections.Immutable;
using System.Net;
using Uitsmijter.Actors.Protocol.Hosts;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Translates a tenant's provider scripts and the rules they run under.</summary>
internal static class ProviderTranslation
{
    private static readonly SearchValues<char> _fileNameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./");

    /// <summary>The script texts. The key must be there; the list may be empty.</summary>
    public static ImmutableArray<string> Scripts(MappingReader body)
    {
        switch (body.Node(ConfigurationKeys.Providers))
        {
            case null:
                body.Add(Problems.Missing, ConfigurationKeys.Providers, "is required: a list of script texts, or [] for none.");
                return [];
            case ConfigurationNode.Sequence sequence:
                return Scripts(body, sequence);
            default:
                body.Add(Problems.WrongType, ConfigurationKeys.Providers, "must be a list of script texts: begin each with '- |'.");
                return [];
        }
    }

    /// <summary>What scripts may reach and how <c>fetch</c> answers.</summary>
    public static ScriptSettings Settings(MappingReader? block)
    {
        if (block is null)
        {
            return ScriptSettings.Default;
        }

        var hosts = ImmutableArray.CreateBuilder<string>();
        foreach (var item in block.List(ConfigurationKeys.AllowedHosts) ?? [])
        {
            var text = item.Text.Trim().ToLowerInvariant();
            if (IsAllowedHost(text))
            {
                hosts.Add(text);
            }
            else
            {
                block.Problems.Add(
                    Problems.BadAllowedHost,
                    item.Line,
                    item.Path,
                    $"{ProblemList.Quote(item.Text)} is no host pattern, address or CIDR range: write for example *.corp.test, 10.1.0.0/16 or api.corp.test:8443.");
            }
        }

        var settings = new ScriptSettings { AllowedHosts = hosts.ToImmutable(), ResolveErrorStatus = block.Flag(ConfigurationKeys.ResolveErrorStatus) ?? false };
        block.Finish();
        return settings;
    }

    private static ImmutableArray<string> Scripts(MappingReader body, ConfigurationNode.Sequence sequence)
    {
        var scripts = ImmutableArray.CreateBuilder<string>(sequence.Items.Length);
        for (var i = 0; i < sequence.Items.Length; i++)
        {
            var path = $"{body.PathOf(ConfigurationKeys.Providers)}[{i}]";
            switch (sequence.Items[i])
            {
                case ConfigurationNode.Scalar { Text: { } text } item:
                    scripts.Add(text);
                    WarnOfFileName(body.Problems, item.Line, path, text.Trim());
                    break;
                case ConfigurationNode.Mapping item:
                    body.Problems.Add(
                        Problems.ProviderObject,
                        item.Line,
                        path,
                        "is a mapping; predefined providers are not supported here. Write the script itself as a text that begins with '|'.");
                    break;
                default:
                    body.Problems.Add(Problems.WrongType, sequence.Items[i].Line, path, "must be the text of a script.");
                    break;
            }
        }

        return scripts.ToImmutable();
    }

    private static void WarnOfFileName(ProblemList problems, int line, string path, string text)
    {
        if (text.EndsWith(".js", StringComparison.OrdinalIgnoreCase) && !text.AsSpan().ContainsAnyExcept(_fileNameCharacters))
        {
            problems.Add(Problems.ProviderFileName, line, path, $"{ProblemList.Quote(text)} looks like a file name; files are not read here: write the script itself.");
        }
    }

    private static bool IsAllowedHost(string text)
    {
        if (IPAddress.TryParse(text.Trim('[', ']'), out _) || IPNetwork.TryParse(text, out _))
        {
            return true;
        }

        var colon = text.LastIndexOf(':');
        var hasPort = colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), out var port) && port > 0;
        var host = hasPort ? text[..colon] : text;
        return HostPatterns.TryNormalise(host, out _)
            || (hasPort && (IPAddress.TryParse(host.Trim('[', ']'), out _) || IPNetwork.TryParse(host, out _)));
    }
}
