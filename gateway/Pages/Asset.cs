using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>One file pages refer to.</summary>
/// <param name="Body">Its bytes.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Version">Changes with the content; in links as <c>?v=</c> and in the <c>ETag</c>.</param>
internal sealed record Asset(byte[] Body, string ContentType, string Version)
{
    private static readonly FrozenDictionary<string, string> ContentTypes = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".webp"] = "image/webp",
        [".avif"] = "image/avif",
        [".ico"] = "image/x-icon",
        [".woff"] = "font/woff",
        [".woff2"] = "font/woff2",
        [".ttf"] = "font/ttf",
        [".otf"] = "font/otf",
        [".eot"] = "application/vnd.ms-fontobject",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The media type of a file name, or null for one that is never served.</summary>
    public static string? TypeOf(string name) => ContentTypes.GetValueOrDefault(Path.GetExtension(name));

    /// <summary>An asset of these bytes.</summary>
    /// <param name="name">Its file name, of a known type.</param>
    /// <param name="body">Its bytes.</param>
    public static Asset Of(string name, byte[] body) =>
        new(body, TypeOf(name)!, Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 6)));
}
