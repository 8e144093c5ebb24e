using System.Collections.Frozen;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>
/// The texts of now: the embedded ones with the operator's files <c>&lt;DIRECTORY&gt;/Resources/Translations/&lt;lang&gt;.json</c> laid over them,
/// looked at again at most every two seconds. A broken file changes nothing: the texts before it stay.
/// </summary>
internal sealed partial class Translations
{
    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly bool _watch;
    private readonly TimeProvider _time;
    private readonly ILogger<Translations> _log;
    private readonly Dictionary<string, FrozenDictionary<string, string>> _good = new(StringComparer.Ordinal);
    private string _digest = "";
    private Texts _texts = Texts.Shipped;
    private long _readAt;

    /// <summary>Reads the files once.</summary>
    public Translations(ServerSettings settings, TimeProvider time, ILogger<Translations> log)
    {
        _folder = Path.Combine(settings.Directory ?? Directory.GetCurrentDirectory(), "Resources", "Translations");
        (_watch, _time, _log) = (settings.FileMonitoring, time, log);
        Read();
    }

    /// <summary>The texts of now.</summary>
    public Texts Current
    {
        get
        {
            if (_watch && _time.GetElapsedTime(Volatile.Read(ref _readAt)) >= Themes.Recheck && _gate.TryEnter())
            {
                try
                {
                    Read();
                }
                finally
                {
                    _gate.Exit();
                }
            }

            return Volatile.Read(ref _texts);
        }
    }

    private void Read()
    {
        Volatile.Write(ref _readAt, _time.GetTimestamp());
        var files = TemplateFiles.Read(_folder, ".json", (path, problem) => LogUnusable(path, problem));
        if (files.Digest == _digest)
        {
            return;
        }

        _digest = files.Digest;
        foreach (var gone in _good.Keys.Except(files.Files.Keys, StringComparer.Ordinal).ToArray())
        {
            _good.Remove(gone);
        }

        foreach (var (language, content) in files.Files)
        {
            Take(language, content);
        }

        Volatile.Write(ref _texts, Texts.Shipped.With(_good));
    }

    private void Take(string language, byte[] content)
    {
        if (!Texts.IsLanguage(language))
        {
            LogUnusable(language + ".json", "the file name is no language like 'de_DE'");
            return;
        }

        try
        {
            _good[language] = TextFile.Read(content);
        }
        catch (JsonException problem)
        {
            LogUnusable(language + ".json", problem.Message);
        }
    }

    [LoggerMessage(3003, LogLevel.Error, "UA3003 The translation file '{File}' is not used, the texts before it stay: {Problem}")]
    private partial void LogUnusable(string file, string problem);
}
