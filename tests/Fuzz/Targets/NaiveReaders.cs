using System.Net;
using System.Text;

namespace Uitsmijter.Actors.Fuzz.Targets;

/// <summary>How proxies and applications in the wild read a path: each a chain of things frameworks are known to do (attacks 9 to 11).</summary>
internal static class NaiveReaders
{
    private static readonly Func<string, string>[] _steps =
    [
        Uri.UnescapeDataString,
        static path => WebUtility.UrlDecode(path),
        static path => Encoding.Latin1.GetString(WebUtility.UrlDecodeToBytes(Encoding.Latin1.GetBytes(path), 0, path.Length)),
        static path => path.Replace('\\', '/'),
        static path => string.Join('/', path.Split('/').Select(static segment => segment.Split(';')[0])),
        static path => string.Join('/', path.Split('/').Select(static segment => segment.TrimEnd('.', ' '))),
        static path => path.Split('\0', '#', '?')[0],
        static path => path.Normalize(NormalizationForm.FormKC),
        CollapseSlashes,
        RemoveDots,
    ];

    /// <summary>What chains of up to three steps make of a path, each ended by resolving dot segments.</summary>
    public static IEnumerable<string> Read(string path)
    {
        foreach (var first in _steps)
        {
            var one = first(path);
            yield return RemoveDots(CollapseSlashes(one));
            foreach (var second in _steps)
            {
                var two = second(one);
                yield return RemoveDots(CollapseSlashes(two));
                yield return RemoveDots(CollapseSlashes(Uri.UnescapeDataString(two)));
            }
        }
    }

    private static string CollapseSlashes(string path)
    {
        while (path.Contains("//", StringComparison.Ordinal))
        {
            path = path.Replace("//", "/", StringComparison.Ordinal);
        }

        return path;
    }

    private static string RemoveDots(string path)
    {
        var kept = new List<string>();
        foreach (var segment in path.TrimStart('/').Split('/'))
        {
            if (segment == "..")
            {
                if (kept.Count > 0)
                {
                    kept.RemoveAt(kept.Count - 1);
                }
            }
            else if (segment != ".")
            {
                kept.Add(segment);
            }
        }

        return "/" + string.Join('/', kept);
    }
}
