using System.IO.Enumeration;

namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>
/// What tells without reading that a file may have changed. A symbolic link is followed to its end: a ConfigMap changes by exchanging a link
/// in the middle of the way, while the links in the folder stay as they are.
/// </summary>
/// <param name="Changed">Time of the last write in ticks.</param>
/// <param name="Length">Length in bytes.</param>
internal readonly record struct FileStamp(long Changed, long Length)
{
    /// <summary>No file is there, or the link leads nowhere.</summary>
    public static FileStamp Nothing { get; } = new(0, -1);

    /// <summary>The stamp of no file, not even of a missing one: what has it is read again.</summary>
    public static FileStamp Unsure { get; } = new(0, -2);

    /// <summary>The stamp of a listed file.</summary>
    public static FileStamp Of(ref FileSystemEntry entry) =>
        (entry.Attributes & FileAttributes.ReparsePoint) != 0
            ? Of(entry.ToSpecifiedFullPath())
            : new FileStamp(entry.LastWriteTimeUtc.UtcTicks, entry.Length);

    /// <summary>The stamp of a file.</summary>
    public static FileStamp Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            file = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return file.Exists ? new FileStamp(file.LastWriteTimeUtc.Ticks, file.Length) : Nothing;
        }
        catch (IOException)
        {
            // A circle of links, or a way that ends while it is walked: reading says what is wrong.
            return Nothing;
        }
    }
}
