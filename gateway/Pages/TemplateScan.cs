using System.Collections.Immutable;
using System.Globalization;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>
/// Reads a template's tags before the template engine does, and refuses what could print unescaped, run without end, or nest so deep
/// that compiling it ends the process. Where this reader and the engine could disagree about where a tag ends, it refuses too:
/// nothing may hide from it.
/// </summary>
internal static class TemplateScan
{
    private const int MaxTags = 1000;
    private const int MaxTagLength = 500;
    private const int MaxBlocks = 24;
    private const int MaxParentheses = 6;
    private const int MaxPathParts = 10;

    /// <summary>Reads all tags.</summary>
    /// <param name="text">The template.</param>
    /// <param name="tags">Its tags in order; empty when there is a problem.</param>
    /// <returns>What is wrong, with the line, or null.</returns>
    public static string? Read(string text, out ImmutableArray<TemplateTag> tags)
    {
        var found = ImmutableArray.CreateBuilder<TemplateTag>();
        var open = new Stack<string>();
        tags = [];
        for (var at = text.IndexOf("{{", StringComparison.Ordinal); at >= 0; at = text.IndexOf("{{", found[^1].End, StringComparison.Ordinal))
        {
            var problem = ReadTag(text, at, out var tag) ?? Balance(tag, open);
            if (problem is null && found.Count == MaxTags)
            {
                problem = $"there are more than {MaxTags} tags";
            }

            if (problem is not null)
            {
                return string.Create(CultureInfo.InvariantCulture, $"line {Line(text, at)}: {problem}");
            }

            found.Add(tag);
        }

        if (open.TryPop(out var name))
        {
            return $"the block '{name}' is not closed";
        }

        tags = found.DrainToImmutable();
        return null;
    }

    private static string? ReadTag(string text, int start, out TemplateTag tag)
    {
        tag = default;
        if (start > 0 && text[start - 1] == '\\')
        {
            return "a backslash before braces is not supported";
        }

        var inside = start + 2;
        if (inside < text.Length && text[inside] == '{')
        {
            return "values are always escaped: '{{{' is not allowed, write '{{'";
        }

        var isComment = text.AsSpan(inside).TrimStart('~') is ['!', ..];
        var end = isComment ? text.IndexOf("}}", inside, StringComparison.Ordinal) : EndOfTag(text, inside);
        if (end < 0)
        {
            return "the tag is not closed";
        }

        var body = text.AsSpan(inside, end - inside).Trim('~').Trim();
        tag = new(KindOf(body), start, end + 2, Inner(body));
        if (isComment)
        {
            return body.Contains("{{", StringComparison.Ordinal) || (body.StartsWith("!--") && !body.EndsWith("--"))
                ? "a comment must not contain braces"
                : null;
        }

        return Judge(tag, body);
    }

    // A quoted text must not hold braces: then the first pair of closing braces ends the tag, for us and for the engine.
    private static int EndOfTag(string text, int from)
    {
        var end = text.IndexOf("}}", from, StringComparison.Ordinal);
        if (end < 0)
        {
            return end;
        }

        var quote = '\0';
        foreach (var character in text.AsSpan(from, end - from))
        {
            if (quote == '\0' && character is '"' or '\'')
            {
                quote = character;
            }
            else if (character == quote)
            {
                quote = '\0';
            }
        }

        return quote == '\0' ? end : -1;
    }

    private static TemplateTagKind KindOf(ReadOnlySpan<char> body) => body switch
    {
        ['!', ..] => TemplateTagKind.Comment,
        ['#', ..] => TemplateTagKind.Open,
        ['/', ..] => TemplateTagKind.Close,
        ['>', ..] => TemplateTagKind.Include,
        ['^'] => TemplateTagKind.Else,
        _ when body.Equals("else", StringComparison.Ordinal) || body.StartsWith("else ", StringComparison.Ordinal) => TemplateTagKind.Else,
        _ => TemplateTagKind.Value,
    };

    private static string Inner(ReadOnlySpan<char> body) => body is ['#' or '/' or '>', ..] ? body[1..].Trim().ToString() : body.ToString();

    private static string? Judge(TemplateTag tag, ReadOnlySpan<char> body)
    {
        if (tag.Body.Length is 0 or > MaxTagLength)
        {
            return tag.Body.Length == 0 ? "the tag is empty" : $"a tag is longer than {MaxTagLength} characters";
        }

        if (body is ['#', '*' or '>', ..] or ['*' or '&' or '{', ..] || (tag.Kind != TemplateTagKind.Else && body is ['^', ..]))
        {
            return $"'{body[..Math.Min(2, body.Length)]}' is not supported";
        }

        if (tag.Body.AsSpan().ContainsAny("{}\r\n\\"))
        {
            return "a tag must be on one line, without braces or backslashes inside";
        }

        if (tag.Kind == TemplateTagKind.Include && !IsName(tag.Body))
        {
            return "an include names one template: '{{> name}}', letters, digits and '-' only";
        }

        return Brackets(tag.Body) ?? Depth(tag.Body) ?? UnknownHelper(tag);
    }

    // [literal segments] may hide braces from a reader; only list positions are allowed.
    private static string? Brackets(string body)
    {
        for (var at = body.IndexOf('[', StringComparison.Ordinal); at >= 0; at = body.IndexOf('[', at + 1))
        {
            var close = body.IndexOf(']', at);
            if (close < 0 || close - at is < 2 or > 4 || !body.AsSpan(at + 1, close - at - 1).ContainsOnlyDigits())
            {
                return "brackets hold a list position only: 'list.[0]'";
            }
        }

        return null;
    }

    private static bool ContainsOnlyDigits(this ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    private static string? Depth(string body)
    {
        var (depth, parts) = (0, 0);
        foreach (var character in body)
        {
            depth += character switch { '(' => 1, ')' => -1, _ => 0 };
            parts = character is '.' or '/' ? parts + 1 : char.IsWhiteSpace(character) ? 0 : parts;
            if (depth > MaxParentheses || parts > MaxPathParts)
            {
                return "too many parentheses or path parts";
            }
        }

        return null;
    }

    private static string? UnknownHelper(TemplateTag tag)
    {
        var space = tag.Body.IndexOf(' ', StringComparison.Ordinal);
        if (tag.Kind != TemplateTagKind.Value || space < 0)
        {
            return null;
        }

        var name = tag.Body[..space];
        return TemplateEngine.HelperNames.Contains(name) ? null : $"there is no helper '{name}'";
    }

    private static string? Balance(TemplateTag tag, Stack<string> open)
    {
        switch (tag.Kind)
        {
            case TemplateTagKind.Open:
                open.Push(FirstWord(tag.Body));
                return open.Count > MaxBlocks ? $"blocks are nested deeper than {MaxBlocks}" : null;
            case TemplateTagKind.Close:
                return open.TryPop(out var name) && name == tag.Body ? null : $"'{{{{/{tag.Body}}}}}' closes no open block";
            case TemplateTagKind.Else:
                return open.Count > 0 ? null : "'else' stands outside of a block";
            default:
                return null;
        }
    }

    private static string FirstWord(string body) => body.IndexOf(' ', StringComparison.Ordinal) is var end and >= 0 ? body[..end] : body;

    private static bool IsName(string name) =>
        name.Length <= 64 && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '-');

    private static int Line(string text, int at) => 1 + text.AsSpan(0, at).Count('\n');
}
