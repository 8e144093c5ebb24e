using Microsoft.Extensions.Primitives;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>
/// Walks the cookies of a request as they stand in the header, without a copy; nothing in the header can make this throw. A browser
/// sends several of one name when a sibling domain set one too (cookie tossing, RFC 6265 §8.6), and whoever reads only the first few may
/// read the wrong ones. There is no limit here but the one the server sets for all headers (32 KiB): what checks the values must be cheap.
/// </summary>
internal ref struct CookiePairs
{
    private readonly StringValues _lines;
    private ReadOnlySpan<char> _rest;
    private int _line;

    /// <summary>Starts at the beginning.</summary>
    /// <param name="lines">The values of <c>Cookie</c>.</param>
    public CookiePairs(StringValues lines)
    {
        _lines = lines;
        _line = -1;
    }

    /// <summary>Name of the cookie that was found last.</summary>
    public ReadOnlySpan<char> Name { get; private set; }

    /// <summary>Its value, without anything decoded or unquoted.</summary>
    public ReadOnlySpan<char> Value { get; private set; }

    /// <summary>Looks for the next cookie that has a name.</summary>
    /// <returns>False when there is none.</returns>
    public bool MoveNext()
    {
        while (true)
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
            if (pair.IndexOf('=') is var equals and > 0)
            {
                Name = pair[..equals];
                Value = pair[(equals + 1)..];
                return true;
            }
        }
    }

    /// <summary>Looks for the next cookie of one name.</summary>
    /// <param name="name">The exact name.</param>
    /// <returns>False when there is none.</returns>
    public bool MoveTo(ReadOnlySpan<char> name)
    {
        while (MoveNext())
        {
            if (Name.SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }
}
