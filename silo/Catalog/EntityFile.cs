using System.Collections.Immutable;
using System.Security.Cryptography;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>Reads one file into what became of it.</summary>
internal static class EntityFile
{
    /// <summary>The file's content, or why there is none. Reads no more than the limit allows.</summary>
    public static (byte[]? Content, string? Why) Load(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new MemoryStream();
            var buffer = new byte[64 * 1024];
            // One byte beyond the limit is enough to know; the length of the file alone may lie (pipes, /proc).
            while (content.Length <= YamlReader.MostBytes && file.Read(buffer) is > 0 and var read)
            {
                content.Write(buffer, 0, read);
            }

            return (content.ToArray(), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, exception is UnauthorizedAccessException ? "permission denied." : "it is gone, or its link leads nowhere.");
        }
    }

    /// <summary>Digest of a content, to tell a touched file from a changed one.</summary>
    public static UInt128 DigestOf(byte[] content) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(content));

    /// <summary>Translates a content.</summary>
    /// <param name="kind">What the folder holds.</param>
    /// <param name="source">The entity's origin.</param>
    /// <param name="content">The file's bytes.</param>
    public static SourceChange Translate(EntityKind kind, string source, byte[] content)
    {
        var document = YamlReader.Read(source, content);
        if (document.Entity is not { } root)
        {
            return new SourceChange.Broken(source, document.Problems);
        }

        var lines = EntityLines.Of(root);
        if (kind is EntityKind.Client)
        {
            var client = EntityDocument.ToClient(source, root);
            return client.Entity is null
                ? new SourceChange.Broken(source, client.Problems)
                : new SourceChange.ToClient(client.Entity, lines, client.Problems);
        }

        var tenant = EntityDocument.ToTenant(source, root);
        ImmutableArray<ConfigurationProblem> problems = tenant.Entity is null ? tenant.Problems : [.. tenant.Problems, .. ScriptCheck.Of(tenant.Entity, root)];
        return tenant.Entity is null || problems.Any(static problem => problem.Severity is ProblemSeverity.Error)
            ? new SourceChange.Broken(source, problems)
            : new SourceChange.ToTenant(tenant.Entity, lines, problems);
    }

    /// <summary>What a file that cannot be read means.</summary>
    public static SourceChange.Broken Unreadable(string source, string why) =>
        new(source, [Problems.Unreadable.At(source, 0, "", "the file cannot be read: " + why)]);
}
