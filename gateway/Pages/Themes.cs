using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>
/// Finds the look of a tenant: <c>&lt;DIRECTORY&gt;/Resources/Views/&lt;slug&gt;/&lt;page&gt;.hbs</c>, then <c>…/Views/default/</c>, then the
/// embedded pages. Folders are looked at again at most every two seconds, when somebody asks for a page.
/// </summary>
internal sealed partial class Themes
{
    private const string DefaultFolder = "default";
    private const int MaxThemes = 1000;

    /// <summary>How long a folder's content is believed.</summary>
    internal static readonly TimeSpan Recheck = TimeSpan.FromSeconds(2);

    private static readonly FrozenDictionary<string, string> ShippedFiles = Embedded.Names("templates")
        .ToFrozenDictionary(file => Path.GetFileNameWithoutExtension(file), file => Encoding.UTF8.GetString(Embedded.Read("templates", file)));

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly TemplateEngine _engine = new();
    private readonly string _folder;
    private readonly bool _watch;
    private readonly TimeProvider _time;
    private readonly ILogger<Themes> _log;
    private readonly Theme _shipped;

    /// <summary>Knows the embedded pages; everything else is read when asked for.</summary>
    public Themes(ServerSettings settings, TimeProvider time, ILogger<Themes> log)
    {
        _folder = Path.Combine(settings.Directory ?? Directory.GetCurrentDirectory(), "Resources", "Views");
        (_watch, _time, _log) = (settings.FileMonitoring, time, log);
        _shipped = new([ShippedFiles], _engine, (_, _) => { });
    }

    /// <summary>The embedded look.</summary>
    public Theme Shipped => _shipped;

    /// <summary>The look of a tenant.</summary>
    /// <param name="tenant">The tenant; null for the default look.</param>
    public Theme For(Tenant? tenant)
    {
        var slug = tenant is null ? "" : Slug.Of(tenant.Name);
        slug = slug.Length == 0 ? DefaultFolder : slug;
        if (_entries.Count > MaxThemes)
        {
            _entries.Clear();
        }

        var entry = _entries.GetOrAdd(slug, static (name, self) => new(name, self), this);
        return entry.Current();
    }

    private (Theme Theme, string Digest) Load(string slug, Theme? current, string digest)
    {
        var operators = Read(DefaultFolder);
        var own = slug == DefaultFolder ? TemplateFiles.None : Read(slug);
        var now = own.Digest + operators.Digest;
        if (current is not null && now == digest)
        {
            return (current, digest);
        }

        return (now.Length == 0 ? _shipped : Stack(slug, own, operators), now);
    }

    private TemplateFiles Read(string slug) => TemplateFiles.Read(
        Path.Combine(_folder, slug), ".hbs", (path, problem) => LogUnreadable(path, problem));

    private Theme Stack(string slug, params ReadOnlySpan<TemplateFiles> layers)
    {
        var stack = ImmutableArray.CreateBuilder<FrozenDictionary<string, string>>();
        foreach (var layer in layers)
        {
            if (layer.Files.Count > 0)
            {
                stack.Add(layer.Files.ToFrozenDictionary(file => file.Key, file => Encoding.UTF8.GetString(file.Value), StringComparer.Ordinal));
            }
        }

        stack.Add(ShippedFiles);
        return new(stack.DrainToImmutable(), _engine, (page, problem) => LogBroken(slug, page, problem));
    }

    [LoggerMessage(3001, LogLevel.Error, "UA3001 The template of page {Page} in theme '{Theme}' does not work, the default page is shown: {Problem}")]
    private partial void LogBroken(string theme, PageName page, string problem);

    [LoggerMessage(3002, LogLevel.Error, "UA3002 The file or folder '{Path}' is not used for pages: {Problem}")]
    private partial void LogUnreadable(string path, string problem);

    /// <summary>One theme folder; while one caller reads it again, the others go on with what was.</summary>
    private sealed class Entry(string slug, Themes themes)
    {
        private readonly Lock _gate = new();
        private Theme? _theme;
        private string _digest = "";
        private long _readAt;

        public Theme Current()
        {
            if (_theme is { } known && (!themes._watch || themes._time.GetElapsedTime(Volatile.Read(ref _readAt)) < Recheck))
            {
                return known;
            }

            if (_theme is { } stale && !_gate.TryEnter())
            {
                return stale;
            }

            if (!_gate.IsHeldByCurrentThread)
            {
                _gate.Enter();
            }

            try
            {
                (_theme, _digest) = themes.Load(slug, _theme, _digest);
                Volatile.Write(ref _readAt, themes._time.GetTimestamp());
                return _theme;
            }
            finally
            {
                _gate.Exit();
            }
        }
    }
}
