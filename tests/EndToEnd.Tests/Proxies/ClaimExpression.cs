using System.Text;
using System.Text.Json;

namespace Uitsmijter.Actors.EndToEnd.Tests.Proxies;

/// <summary>
/// Expressions over claims as Traefik Hub's middlewares evaluate them (proxies.md B.4.1): <c>Equals</c>, <c>Prefix</c>, <c>Contains</c>, <c>SplitContains</c>, <c>OneOf</c>,
/// joined by <c>&amp;&amp;</c>, <c>||</c>, <c>!</c> and parentheses; dots lead into nested claims, <c>\.</c> is a dot of a name.
/// </summary>
internal sealed class ClaimExpression
{
    private readonly string _text;
    private int _at;

    private ClaimExpression(string text) => _text = text;

    /// <summary>Reads an expression.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Func<JsonElement, bool> Parse(string text)
    {
        var reader = new ClaimExpression(text);
        var expression = reader.Or();
        return reader.Blank() == text.Length ? expression : throw new FormatException($"Nothing is understood from character {reader._at} on.");
    }

    /// <summary>The claim at a path, or null.</summary>
    public static JsonElement? Find(JsonElement claims, string path)
    {
        foreach (var name in path.Replace("\\.", "\0", StringComparison.Ordinal).Split('.').Select(static part => part.Replace('\0', '.')))
        {
            if (claims.ValueKind is not JsonValueKind.Object || !claims.TryGetProperty(name, out claims))
            {
                return null;
            }
        }

        return claims;
    }

    /// <summary>A claim as text.</summary>
    public static string Text(JsonElement? claim) => claim switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Array } list => string.Join(',', list.EnumerateArray().Select(static one => Text(one))),
        { } other => other.GetRawText(),
    };

    private Func<JsonElement, bool> Or()
    {
        var left = And();
        while (Take("||"))
        {
            var (one, other) = (left, And());
            left = claims => one(claims) || other(claims);
        }

        return left;
    }

    private Func<JsonElement, bool> And()
    {
        var left = Not();
        while (Take("&&"))
        {
            var (one, other) = (left, Not());
            left = claims => one(claims) && other(claims);
        }

        return left;
    }

    private Func<JsonElement, bool> Not()
    {
        if (Take("!"))
        {
            var inner = Not();
            return claims => !inner(claims);
        }

        if (Take("("))
        {
            var inner = Or();
            Need(")");
            return inner;
        }

        return Call();
    }

    private Func<JsonElement, bool> Call()
    {
        Blank();
        var name = new StringBuilder();
        while (_at < _text.Length && char.IsAsciiLetter(_text[_at]))
        {
            name.Append(_text[_at++]);
        }

        Need("(");
        var arguments = new List<string> { Literal() };
        while (Take(","))
        {
            arguments.Add(Literal());
        }

        Need(")");
        return Function(name.ToString(), [.. arguments]);
    }

    private static Func<JsonElement, bool> Function(string name, string[] arguments) => (name, arguments) switch
    {
        ("Equals", [var path, var value]) => claims => Find(claims, path) is { } claim && Text(claim) == value,
        ("Prefix", [var path, var value]) => claims => Find(claims, path) is { } claim && Text(claim).StartsWith(value, StringComparison.Ordinal),
        ("Contains", [var path, var value]) => claims => Find(claims, path) is { } claim
            && (claim.ValueKind is JsonValueKind.Array ? claim.EnumerateArray().Any(one => Text(one) == value) : Text(claim).Contains(value, StringComparison.Ordinal)),
        ("SplitContains", [var path, var separator, var value]) => claims => Find(claims, path) is { } claim && Text(claim).Split(separator).Contains(value),
        ("OneOf", [var path, .. { Length: > 0 } values]) => claims => Find(claims, path) is { } claim && values.Contains(Text(claim)),
        _ => throw new FormatException($"{name} with {arguments.Length} arguments is not known."),
    };

    private string Literal()
    {
        Blank();
        var quote = _at < _text.Length && _text[_at] is '`' or '"' ? _text[_at] : throw new FormatException($"A text is missing at character {_at}.");
        var end = _text.IndexOf(quote, _at + 1);
        if (end < 0)
        {
            throw new FormatException("A text does not end.");
        }

        var literal = _text[(_at + 1)..end];
        _at = end + 1;
        return literal;
    }

    private bool Take(string word)
    {
        Blank();
        if (!_text.AsSpan(_at).StartsWith(word, StringComparison.Ordinal))
        {
            return false;
        }

        _at += word.Length;
        return true;
    }

    private void Need(string word)
    {
        if (!Take(word))
        {
            throw new FormatException($"'{word}' is missing at character {_at}.");
        }
    }

    private int Blank()
    {
        while (_at < _text.Length && _text[_at] == ' ')
        {
            _at++;
        }

        return _at;
    }
}
