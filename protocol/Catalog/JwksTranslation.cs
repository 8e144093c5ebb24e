using System.Globalization;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Translates a client's public keys: a JWK set as a mapping, or as JSON text (RFC 7517 §5, RFC 7591 §2).</summary>
internal static class JwksTranslation
{
    private const string Encryption = "enc";

    /// <summary>The set as JSON, or null where there is none or it cannot be used.</summary>
    public static string? Read(MappingReader body)
    {
        var set = body.Node(ConfigurationKeys.Jwks);
        if (set is ConfigurationNode.Scalar { Text: { } text } scalar)
        {
            set = FromText(body, text, scalar);
        }

        if (set is null)
        {
            return null;
        }

        if ((set as ConfigurationNode.Mapping)?.Find(JwkNames.Keys) is not ConfigurationNode.Sequence { Items: { Length: > 0 and <= ClientKeySet.MostKeys } keys } list)
        {
            body.Add(Problems.BadKeys, ConfigurationKeys.Jwks, $"must be a JWK set: a mapping with keys, a list of 1 to {ClientKeySet.MostKeys} public keys.");
            return null;
        }

        Judge(body, list);
        return Json(set);
    }

    private static ConfigurationNode? FromText(MappingReader body, string text, ConfigurationNode.Scalar scalar)
    {
        var read = ConfigurationJson.Read(body.Problems.Source, Encoding.UTF8.GetBytes(text));
        foreach (var problem in read.Problems)
        {
            body.Problems.Add(
                Problems.BadKeys, scalar.TextLine + Math.Max(problem.Line - 1, 0), body.PathOf(ConfigurationKeys.Jwks), "is text and no JSON: write a JWK set as a mapping, or as JSON that can be read.");
        }

        return read.Entity is { } root ? Shifted(root, scalar.TextLine - 1) : null;
    }

    private static void Judge(MappingReader body, ConfigurationNode.Sequence keys)
    {
        var (usable, kids) = (0, new HashSet<string>(StringComparer.Ordinal));
        for (var i = 0; i < keys.Items.Length; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{body.PathOf(ConfigurationKeys.Jwks)}.{JwkNames.Keys}[{i}]");
            using var document = JsonDocument.Parse(Json(keys.Items[i]));
            var key = ClientKey.Read(document.RootElement, out var why);
            if (key is null && (keys.Items[i] as ConfigurationNode.Mapping)?.Find(JwkNames.Use) is ConfigurationNode.Scalar { Text: Encryption } && !IsPrivate(keys.Items[i]))
            {
                continue;
            }

            if (key is null)
            {
                body.Problems.Add(Problems.BadKeys, LineOf(keys.Items[i]), path, $"this key cannot be used: {why}");
                usable++;
                continue;
            }

            usable++;
            if (key.KeyId is { } kid && !kids.Add(kid))
            {
                body.Problems.Add(Problems.BadKeys, keys.Items[i].Line, path, $"its kid {ProblemList.Quote(kid)} is there twice: every key needs one of its own.");
            }
        }

        if (usable == 0)
        {
            body.Add(Problems.BadKeys, ConfigurationKeys.Jwks, "has no key for signatures: at least one must not be for encryption.");
        }
    }

    private static bool IsPrivate(ConfigurationNode key) => LineOfPrivate(key) is not null;

    private static int LineOf(ConfigurationNode key) => LineOfPrivate(key) ?? key.Line;

    private static int? LineOfPrivate(ConfigurationNode key) =>
        (key as ConfigurationNode.Mapping)?.Entries.FirstOrDefault(static entry => JwkNames.Private.Contains(entry.Key))?.Line;

    private static ConfigurationNode Shifted(ConfigurationNode node, int lines) => node switch
    {
        ConfigurationNode.Mapping mapping => new ConfigurationNode.Mapping(
            [.. mapping.Entries.Select(entry => new ConfigurationEntry(entry.Key, entry.Line + lines, Shifted(entry.Value, lines)))], mapping.Line + lines),
        ConfigurationNode.Sequence sequence => new ConfigurationNode.Sequence([.. sequence.Items.Select(item => Shifted(item, lines))], sequence.Line + lines),
        _ => node with { Line = node.Line + lines },
    };

    private static string Json(ConfigurationNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, node);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    // Every member of a public key is a text or a list of texts.
    private static void Write(Utf8JsonWriter writer, ConfigurationNode node)
    {
        switch (node)
        {
            case ConfigurationNode.Mapping mapping:
                writer.WriteStartObject();
                foreach (var entry in mapping.Entries)
                {
                    writer.WritePropertyName(entry.Key);
                    Write(writer, entry.Value);
                }

                writer.WriteEndObject();
                break;
            case ConfigurationNode.Sequence sequence:
                writer.WriteStartArray();
                foreach (var item in sequence.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case ConfigurationNode.Scalar scalar:
                writer.WriteStringValue(scalar.Text);
                break;
        }
    }
}
