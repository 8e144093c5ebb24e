using System.Text;
using System.Text.Json;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>
/// Keeps the credentials of a run out of the log, in every spelling a script would plainly produce. A net under the rope: scripts
/// should not print them in the first place.
/// </summary>
internal sealed class Redaction
{
    private const string Mask = "***";
    private const int MostSecrets = 100;

    /// <summary>Secrets whose spellings nobody has needed yet: most runs write no line.</summary>
    private readonly HashSet<string> _unspelled = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _secrets = new(Comparer<string>.Create(
        // Longest first: a password that contains the user name must go as a whole.
        static (a, b) => a.Length != b.Length ? b.Length.CompareTo(a.Length) : string.CompareOrdinal(a, b)));

    /// <summary>Starts with a run's credentials.</summary>
    public Redaction(IEnumerable<string> secrets)
    {
        foreach (var secret in secrets)
        {
            Add(secret);
        }
    }

    /// <summary>From now on this text, and its JSON and URL spellings, are masked.</summary>
    public void Add(string secret)
    {
        if (secret.Length > 0 && _secrets.Count + _unspelled.Count <= MostSecrets)
        {
            _unspelled.Add(secret);
        }
    }

    private SortedSet<string> Spelled()
    {
        foreach (var secret in _unspelled)
        {
            Spell(secret);
        }

        _unspelled.Clear();
        return _secrets;
    }

    private void Spell(string secret)
    {
        _secrets.Add(secret);
        if (secret.AsSpan().ContainsAnyExcept(PlainCharacters))
        {
            _secrets.Add(Uri.EscapeDataString(secret));
            _secrets.Add(Uri.EscapeDataString(secret).Replace("%20", "+", StringComparison.Ordinal));
            _secrets.Add(JsonEncodedText.Encode(secret).Value);
            _secrets.Add(JsonEncodedText.Encode(secret, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value);
            _secrets.Add(OneLine(secret));
        }
    }

    /// <summary>True for a text that is one of the secrets itself.</summary>
    public bool IsSecret(string text) => Spelled().Contains(text);

    /// <summary>The text on one line, shortened, with every secret masked.</summary>
    /// <param name="text">What would be logged.</param>
    /// <param name="length">Characters it may have.</param>
    public string Clean(string text, int length)
    {
        // A secret that straddles the cut would survive it in part, so masking comes first; what it reads is bounded by the script's memory.
        foreach (var secret in Spelled())
        {
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        return OneLine(text.Length <= length ? text : string.Concat(text.AsSpan(0, length), " …"));
    }

    private static readonly System.Buffers.SearchValues<char> PlainCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    /// <summary>Line breaks and control characters would forge log records (ASVS 16.4.1).</summary>
    private static string OneLine(string text)
    {
        if (!text.Any(static character => char.IsControl(character) || character is '\u2028' or '\u2029'))
        {
            return text;
        }

        var line = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            line.Append(char.IsControl(character) || character is '\u2028' or '\u2029' ? ' ' : character);
        }

        return line.ToString();
    }
}
