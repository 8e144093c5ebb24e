using System.Text;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>Looks up client secrets that stand elsewhere: in a file, as secret stores mount them, or in a variable of the process.</summary>
internal static class SecretReference
{
    private const int MostBytes = 4096;
    private const string Path = "config.secret";

    private static readonly TimeSpan _young = TimeSpan.FromSeconds(10);

    /// <summary>The client with the secret that is there now; without one it is loaded and can never prove itself.</summary>
    /// <param name="client">The client as it was translated.</param>
    public static Translation<ClientEntry> Resolve(Translation<ClientEntry> client) => client.Entity?.SecretSource switch
    {
        ClientSecretSource.File file => Resolve(client, file.Line, file.Path, Read(file.Path)),
        ClientSecretSource.Variable variable => Resolve(client, variable.Line, null, Environment.GetEnvironmentVariable(variable.Name) is { Length: > 0 } text
            ? (text, null)
            : (null, $"the environment variable {variable.Name} is not set.")),
        _ => client,
    };

    /// <summary>The file a client's secret comes from, with its stamp; null for other clients. It is looked at again with the folder.</summary>
    /// <param name="change">What became of the client's own file.</param>
    /// <param name="now">The instant; a file written just before it may have been read half.</param>
    public static (string File, FileStamp Stamp)? Of(SourceChange change, DateTimeOffset now)
    {
        var file = (change as SourceChange.ToClient)?.Entry.SecretSource switch
        {
            ClientSecretSource.Text { FilePath: { } read } => read,
            ClientSecretSource.File { Path: var missing } => missing,
            _ => null,
        };
        if (file is null)
        {
            return null;
        }

        var stamp = FileStamp.Of(file);
        return (file, stamp != FileStamp.Nothing && now - new DateTimeOffset(stamp.Changed, TimeSpan.Zero) < _young ? FileStamp.Unsure : stamp);
    }

    private static Translation<ClientEntry> Resolve(Translation<ClientEntry> client, int line, string? file, (string? Secret, string? Why) found)
    {
        var entry = client.Entity!;
        if (found.Secret is not { } secret)
        {
            return new Translation<ClientEntry>(entry, [.. client.Problems, Problems.SecretMissing.At(entry.Source, line, Path, found.Why! + " The client cannot prove itself until it is there.")]);
        }

        var resolved = entry with { SecretDigest = ClientSecretRules.DigestOf(secret), SecretSource = new ClientSecretSource.Text(secret, file) };
        return ClientSecretRules.WhyWeak(secret, entry.Client.AuthenticationMethod) is var (kind, message)
            ? new Translation<ClientEntry>(kind.Severity is ProblemSeverity.Error ? null : resolved, [.. client.Problems, kind.At(entry.Source, line, Path, message)])
            : new Translation<ClientEntry>(resolved, client.Problems);
    }

    // Secret stores and editors end files with a line break that is no part of the secret.
    private static (string? Secret, string? Why) Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var buffer = new byte[MostBytes + 1];
            var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            var text = length > MostBytes ? "" : new UTF8Encoding(false, true).GetString(buffer, 0, length).TrimEnd('\r', '\n');
            return text.Length > 0 ? (text, null) : (null, $"the file of the secret is empty, or longer than {MostBytes} bytes.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return (null, exception is UnauthorizedAccessException ? "the file of the secret cannot be read: permission denied." : "the file of the secret is not there, or is no text.");
        }
    }
}
