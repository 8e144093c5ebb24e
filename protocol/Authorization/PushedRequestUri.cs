using System.Buffers.Text;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>The name of a pushed request (RFC 9126 §2.2): 256 random bits behind a fixed beginning.</summary>
public static class PushedRequestUri
{
    /// <summary>Random bytes of a name.</summary>
    public const int RandomBytes = 32;

    /// <summary>
    /// How long one may be used: a person logs in between, so it is longer than a redirect takes, and under the ten minutes FAPI 2.0 §5.3.2.2 allows.
    /// </summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(540);

    private const string Beginning = "urn:ietf:params:oauth:request_uri:";

    /// <summary>The name with this random part.</summary>
    /// <param name="random"><see cref="RandomBytes"/> random bytes.</param>
    public static string Make(ReadOnlySpan<byte> random) => Beginning + Base64Url.EncodeToString(random);

    /// <summary>Whether a text names a pushed request, a good name or not.</summary>
    /// <param name="text">What a client sent.</param>
    public static bool IsOne(string? text) => text is not null && text.StartsWith(Beginning, StringComparison.Ordinal);

    /// <summary>The grain key of a name; null when the text is no name of ours. Only the digest is a key (design §2).</summary>
    /// <param name="text">What a client sent.</param>
    public static string? KeyOf(string? text) =>
        IsOne(text)
        && text!.Length == Beginning.Length + Base64Url.GetEncodedLength(RandomBytes)
        && Base64Url.IsValid(text.AsSpan(Beginning.Length))
            ? Digests.KeyOf(text[Beginning.Length..])
            : null;
}
