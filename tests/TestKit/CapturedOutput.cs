using System.Text;

namespace Uitsmijter.Actors.TestKit;

/// <summary>
/// Everything a flow printed, counted or traced, searched for the secrets it used: raw, percent-encoded, as Base64 and as JSON text.
/// A test hands over the outputs and the secrets, and asks.
/// </summary>
public sealed class CapturedOutput
{
    private const int ShortestSecret = 6;
    private readonly StringBuilder _text = new();

    /// <summary>Adds a text: log lines, a metrics page, spans.</summary>
    /// <param name="text">The text.</param>
    public CapturedOutput With(string text)
    {
        lock (_text)
        {
            _text.AppendLine(text);
        }

        return this;
    }

    /// <summary>The secrets that occur, each with a piece of where; empty when there are none.</summary>
    /// <param name="secrets">What must not occur. Shorter ones than six characters would be found by chance and are refused.</param>
    /// <exception cref="ArgumentException">A secret is too short to be told from chance.</exception>
    public IReadOnlyList<string> Leaks(params IEnumerable<string> secrets)
    {
        string text;
        lock (_text)
        {
            text = _text.ToString();
        }

        var leaks = new List<string>();
        foreach (var secret in secrets)
        {
            if (secret.Length < ShortestSecret)
            {
                throw new ArgumentException($"'{secret}' is too short to be told from chance.", nameof(secrets));
            }

            foreach (var form in Forms(secret))
            {
                if (text.IndexOf(form, StringComparison.Ordinal) is var at and >= 0)
                {
                    leaks.Add($"'{form}' in '…{text[Math.Max(0, at - 60)..Math.Min(text.Length, at + form.Length + 20)]}…'");
                }
            }
        }

        return leaks;
    }

    private static IEnumerable<string> Forms(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        var base64 = Convert.ToBase64String(bytes).TrimEnd('=');
        return new[]
        {
            secret,
            Uri.EscapeDataString(secret),
            System.Text.Json.JsonEncodedText.Encode(secret).ToString(),
            base64,
            base64.Replace('+', '-').Replace('/', '_'),
        }.Distinct(StringComparer.Ordinal);
    }
}
