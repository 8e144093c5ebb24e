using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Translates what a tenant says about its pages: object store, security policy and texts.</summary>
internal static class PageTranslation
{
    private const int MostPolicyCharacters = 4096;

    private static readonly (string Language, string Locale)[] _shippedLanguages = [("en", "en_EN"), ("de", "de_DE"), ("pt", "pt_PT")];

    private static readonly string[] _storeKeys =
    [
        ConfigurationKeys.AccessKeyId, ConfigurationKeys.SecretAccessKey, ConfigurationKeys.Bucket, ConfigurationKeys.Host, ConfigurationKeys.Path,
        ConfigurationKeys.Region,
    ];

    /// <summary>Policy and texts.</summary>
    public static PageSettings Read(MappingReader? templates, MappingReader? texts)
    {
        var policy = templates is null ? null : Policy(templates);
        return policy is null && texts is null
            ? PageSettings.Default
            : new PageSettings { ContentSecurityPolicy = policy, Texts = texts is null ? PageSettings.Default.Texts : Texts(texts) };
    }

    /// <summary>The object store, or null when the block holds nothing of one.</summary>
    public static TemplateStore? Store(MappingReader? templates)
    {
        if (templates is null)
        {
            return null;
        }

        TemplateStore? store = null;
        // All are asked for, so that all count as known.
        if (Array.FindAll(_storeKeys, templates.Has).Length > 0)
        {
            store = new TemplateStore
            {
                AccessKeyId = templates.RequiredText(ConfigurationKeys.AccessKeyId),
                SecretAccessKey = templates.RequiredText(ConfigurationKeys.SecretAccessKey),
                Bucket = templates.RequiredText(ConfigurationKeys.Bucket),
            };
            store = store with
            {
                Host = Endpoint(templates) ?? store.Host,
                // "/" and "a/" would make keys with an empty segment.
                Path = templates.Text(ConfigurationKeys.Path)?.Trim().Trim('/') ?? store.Path,
                Region = Filled(templates, ConfigurationKeys.Region) ?? store.Region,
            };
        }

        templates.Finish(("endpoint", ConfigurationKeys.Host), ("content_security_policy", ConfigurationKeys.Csp));
        return store;
    }

    private static string? Endpoint(MappingReader templates)
    {
        if (Filled(templates, ConfigurationKeys.Host) is not { } host)
        {
            return null;
        }

        if (!UrlTranslation.IsWeb(host))
        {
            templates.Add(Problems.BadUrl, ConfigurationKeys.Host, "must be an address with scheme, such as https://s3.example.com.");
        }

        return host;
    }

    private static string? Filled(MappingReader block, string key) => block.Text(key)?.Trim() is { Length: > 0 } text ? text : null;

    private static string? Policy(MappingReader templates)
    {
        if (Filled(templates, ConfigurationKeys.Csp) is not { } policy)
        {
            return null;
        }

        // Folded YAML texts may end lines; in a header a line end would begin another header.
        var line = string.Join(' ', policy.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        if (line.Length > MostPolicyCharacters || line.Any(static c => c is < ' ' or > '~'))
        {
            templates.Add(Problems.BadValue, ConfigurationKeys.Csp, $"must be a Content-Security-Policy of plain ASCII, at most {MostPolicyCharacters} characters.");
            return null;
        }

        return line;
    }

    private static ImmutableDictionary<string, ImmutableDictionary<string, string>> Texts(MappingReader texts)
    {
        var languages = ImmutableDictionary.CreateBuilder<string, ImmutableDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var entry in texts.Entries)
        {
            if (Language(entry.Key) is not { } language || languages.ContainsKey(language))
            {
                texts.Problems.Add(Problems.BadValue, entry.Line, texts.PathOf(entry.Key), "must be a language such as de_DE or de, each once.");
            }
            else if (texts.Block(entry.Key) is { } keys)
            {
                var flat = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
                Flatten(keys, "", flat);
                languages[language] = flat.ToImmutable();
            }
        }

        return languages.ToImmutable();
    }

    // Nested groups as in translation files, or the dotted key itself: LOGIN: { UI: … } is LOGIN.UI.
    private static void Flatten(MappingReader block, string prefix, ImmutableDictionary<string, string>.Builder flat)
    {
        foreach (var entry in block.Entries)
        {
            var key = prefix + entry.Key;
            if (entry.Value is ConfigurationNode.Mapping)
            {
                Flatten(block.Block(entry.Key)!, key + ".", flat);
            }
            else if (block.Text(entry.Key) is { } text)
            {
                flat[key] = text;
            }
        }
    }

    private static string? Language(string key)
    {
        var parts = key.Split('_', '-');
        if (parts.Length > 2 || parts.Any(static part => part.Length != 2 || !part.All(char.IsAsciiLetter)))
        {
            return null;
        }

        var language = parts[0].ToLowerInvariant();
        if (parts.Length == 2)
        {
            return $"{language}_{parts[1].ToUpperInvariant()}";
        }

        foreach (var (shipped, locale) in _shippedLanguages)
        {
            if (shipped == language)
            {
                return locale;
            }
        }

        return $"{language}_{language.ToUpperInvariant()}";
    }
}
