using System.Text.RegularExpressions;
using Uitsmijter.Actors.Protocol.ForwardAuth;

namespace Uitsmijter.Actors.Fuzz.Targets;

/// <summary>Public paths: what needs no login is public to every reader behind us, however carelessly it reads (attacks 9 to 11).</summary>
internal sealed partial class PathTarget : FuzzTarget
{
    private static readonly PublicPaths _public = PublicPaths.Compile(["/public/**", "/assets/*.css", "/api/*/health", "/exact"]);

    /// <inheritdoc />
    public override string Name => "paths";

    /// <inheritdoc />
    public override IReadOnlyList<string> Words =>
        ["/public/", "/assets/", ".css", "/api/", "/health", "/exact", "/admin", "..", "/../", "%2e", "%2E%2E", "%252e", "%2f", "%5c", "\\", ";", ";x=y", "//", "/./", "%00", "%3f", "%23", "?", "%c0%ae", "%ef%bc%8f", "%e2%80%a5", "+", "%20", "%u002e"];

    /// <inheritdoc />
    protected override IReadOnlyList<string> Corpora => ["paths.txt", "suspicious-paths.txt"];

    /// <inheritdoc />
    public override void Try(string input)
    {
        var isPlain = PolicyPath.TryCanonicalise(input, out var path);
        Must(isPlain || path.Length == 0, "a suspicious path leaves nothing behind");
        if (isPlain)
        {
            Must(path.StartsWith('/'), "a plain path begins with a slash");
            Must(!PolicyPath.HasDotSegment(input), "a plain path has no dot segment");
            var escaped = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
            Must(escaped.Length > PolicyPath.MaxLength || (PolicyPath.TryCanonicalise(escaped, out var again) && again == path), "a plain path is its own normal form");
        }

        if (!_public.Covers(input))
        {
            return;
        }

        Must(isPlain, "only plain paths are public");
        foreach (var read in NaiveReaders.Read(input.Split('?')[0]))
        {
            // Who never decodes finds a name nothing protected has; who decodes later finds what we found.
            Must(Open().IsMatch(read) || Open().IsMatch(Uri.UnescapeDataString(read)), "a public path is public to every careless reader");
        }
    }

    [GeneratedRegex(@"^(/public(/.*)?|/assets/[^/]*\.css/?|/api/[^/]+/health/?|/exact/?)$", RegexOptions.Singleline)]
    private static partial Regex Open();
}
