using System.Collections.Concurrent;
using System.Collections.Frozen;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>
/// Style sheet, script, pictures: the operator's <c>&lt;DIRECTORY&gt;/Public</c> above the embedded ones. Only the folders of the contract
/// (configuration.md §4.7), known media types and plain names are ever looked up on disk.
/// </summary>
internal sealed class Assets
{
    private const long MaxLength = 8 * 1024 * 1024;
    private const int MaxCached = 200;

    private static readonly FrozenDictionary<string, Asset> ShippedAssets = Embedded.Names("assets").ToFrozenDictionary(
        name => "/" + name, name => Asset.Of(name, Embedded.Read("assets", name)), StringComparer.Ordinal);

    private static readonly string[] Folders = ["/css/", "/js/", "/images/", "/fonts/"];

    private readonly ConcurrentDictionary<string, Cached> _cached = new(StringComparer.Ordinal);
    private readonly string? _public;
    private readonly TimeProvider _time;

    /// <summary>Assets of a server.</summary>
    public Assets(ServerSettings settings, TimeProvider time)
    {
        var folder = Path.Combine(settings.Directory ?? Directory.GetCurrentDirectory(), "Public");
        _public = Directory.Exists(folder) ? folder : null;
        _time = time;
    }

    private Assets() => _time = TimeProvider.System;

    /// <summary>The embedded ones alone.</summary>
    public static Assets Shipped { get; } = new();

    /// <summary>The link of an asset, with its version, so that browsers may keep it for good.</summary>
    /// <param name="name">Path, with or without a leading slash (<c>css/uitsmijter.css</c>).</param>
    public string Url(string name)
    {
        var path = name.StartsWith('/') ? name : "/" + name;
        return Find(path) is { } asset ? $"{path}?v={asset.Version}" : path;
    }

    /// <summary>The asset of a request path, or null.</summary>
    public Asset? Find(string path)
    {
        if (!IsAssetPath(path))
        {
            return null;
        }

        return (_public is null ? null : FromDisk(path)) ?? ShippedAssets.GetValueOrDefault(path);
    }

    /// <summary>
    /// Whether a path may name an asset: one of our folders, known type, and every part starts with a letter, digit or underscore and holds
    /// nothing but those, dots and dashes. So there is no <c>..</c>, no dot file, no backslash, no percent.
    /// </summary>
    internal static bool IsAssetPath(string path)
    {
        if (path.Length > 200 || Asset.TypeOf(path) is null || !(path == "/favicon.ico" || IsInFolder(path)))
        {
            return false;
        }

        foreach (var part in path.AsSpan(1).Split('/'))
        {
            var name = path.AsSpan(1)[part];
            if (name.IsEmpty || !(char.IsAsciiLetterOrDigit(name[0]) || name[0] == '_') || !IsPlain(name))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsInFolder(string path)
    {
        foreach (var folder in Folders)
        {
            if (path.StartsWith(folder, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPlain(ReadOnlySpan<char> name)
    {
        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('_' or '-' or '.'))
            {
                return false;
            }
        }

        return true;
    }

    private Asset? FromDisk(string path)
    {
        if (_cached.TryGetValue(path, out var known) && _time.GetElapsedTime(known.ReadAt) < Themes.Recheck)
        {
            return known.Asset;
        }

        var asset = Read(path);
        if (_cached.Count >= MaxCached)
        {
            _cached.Clear();
        }

        _cached[path] = new(asset, _time.GetTimestamp());
        return asset;
    }

    private Asset? Read(string path)
    {
        try
        {
            var file = new FileInfo(Path.Join(_public, path));
            if (!file.Exists)
            {
                return null;
            }

            var body = File.ReadAllBytes(file.FullName);
            return body.Length <= MaxLength ? Asset.Of(path, body) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed record Cached(Asset? Asset, long ReadAt);
}
