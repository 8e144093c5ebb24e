using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>The small files of one folder, read as a whole: a volume that swaps a symbolic link shows in the content, not in dates.</summary>
/// <param name="Files">File name without extension to content.</param>
/// <param name="Digest">Changes whenever a name or a content changes; empty without files.</param>
internal sealed record TemplateFiles(FrozenDictionary<string, byte[]> Files, string Digest)
{
    /// <summary>Longest file; longer ones are ignored with a log line.</summary>
    public const int MaxLength = 256 * 1024;

    private const int MaxFiles = 64;

    /// <summary>No files.</summary>
    public static TemplateFiles None { get; } = new(FrozenDictionary<string, byte[]>.Empty, "");

    /// <summary>Reads a folder; one that is missing or unreadable has no files.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="extension">With dot.</param>
    /// <param name="refused">Told about every file that is too long or unreadable.</param>
    public static TemplateFiles Read(string folder, string extension, Action<string, string> refused)
    {
        if (!Directory.Exists(folder))
        {
            return None;
        }

        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*" + extension).Order(StringComparer.Ordinal).Take(MaxFiles))
            {
                if (ReadFile(path, refused) is { } content)
                {
                    files[Path.GetFileNameWithoutExtension(path)] = content;
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            refused(folder, failure.Message);
        }

        return files.Count == 0 ? None : new(files.ToFrozenDictionary(StringComparer.Ordinal), DigestOf(files));
    }

    private static byte[]? ReadFile(string path, Action<string, string> refused)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length <= MaxLength)
            {
                var content = new byte[stream.Length];
                stream.ReadExactly(content);
                return content;
            }

            refused(path, $"longer than {MaxLength} bytes");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            refused(path, failure.Message);
        }

        return null;
    }

    private static string DigestOf(SortedDictionary<string, byte[]> files)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, content) in files)
        {
            digest.AppendData(Encoding.UTF8.GetBytes(name));
            digest.AppendData(SHA256.HashData(content));
        }

        return Convert.ToHexString(digest.GetHashAndReset());
    }
}
