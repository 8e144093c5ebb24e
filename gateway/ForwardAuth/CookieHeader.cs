using Microsoft.Extensions.Primitives;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>
/// Walks the values of one cookie through the raw header. A browser sends several of the same name when a sibling domain set one too
/// (cookie tossing, RFC 6265 §8.6): each is tried, up to a limit, and nothing in the header can make this throw.
/// </summary>
internal ref struct CookieHeader
{
    /// <summary>Values that are tried.</summary>
    public const int MostValues = 4;

    private readonly StringValues _lines;
    private readonly ReadOnlySpan<char> _prefix;
    private ReadOnlySpan<char> _rest;
    private int _line;
    private int _found;

    /// <summary>Starts at the beginning.</summary>
    /// <param name="lines">The values of <c>Cookie</c>.</param>
    /// <param name="prefix">The cookie's name with the equals sign.</param>
    public CookieHeader(StringValues lines, ReadOnlySpan<char> prefix)
    {
        _lines = lines;
        _prefix = prefix;
        _line = -1;
    }

    /// <summary>The value that was found last.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>Looks for the next value.</summary>
    /// <returns>False when there is none, or when the limit is reached.</returns>
    public bool MoveNext()
    {
        while (_found < MostValues)
        {
            if (_rest.IsEmpty)
            {
                if (++_line >= _lines.Count)
                {
                    return false;
                }

                _rest = _lines[_line];
                continue;
            }

            var semicolon = _rest.IndexOf(';');
            var pair = (semicolon < 0 ? _rest : _rest[..semicolon]).Trim(' ');
            _rest = semicolon < 0 ? default : _rest[(semicolon + 1)..];
            if (pair.StartsWith(_prefix, StringComparison.Ordinal) && pair.Length > _prefix.Length)
            {
                _found++;
                Current = pair[_prefix.Length..];
                return true;
            }
        }

        return false;
    }
}
