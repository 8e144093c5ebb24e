using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>Reads one file into what became of it.</summary>
internal static class EntityFile
{
    private const int FirstBuffer = 8 * 1024;

    /// <summary>The file's content, or why there is none. Reads no more than the limit allows.</summary>
    public static (byte[]? Content, string? Why) Load(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return (ReadAll(file), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, exception is UnauthorizedAccessException ? "permission denied." : "it is gone, or its link leads nowhere.");
        }
    }

    /// <summary>Reads to the end, or one byte beyond the limit: enough to know. The length a file reports may lie (pipes, /proc).</summary>
    private static byte[] ReadAll(FileStream file)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        var length = 0;
        try
        {
            while (length <= YamlReader.MostBytes && file.Read(buffer, length, buffer.Length - length) is > 0 and var read)
            {
                length += read;
                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(2 * length);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
                    buffer = larger;
                }
            }

            return buffer[..length];
        }
        finally
        {
            // A file may hold a provider's secrets.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>Digest of a content, to tell a touched file from a changed one.</summary>
    public static UInt128 DigestOf(byte[] content) => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(content));

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
            var client = SecretReference.Resolve(EntityDocument.ToClient(source, root));
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
