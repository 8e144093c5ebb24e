using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>
/// The id of a client as it is sent: a UUID in either case and nothing else. The base library overlooks white space around it, line feeds among it, and takes <c>+</c> and <c>0x</c> for leading zeros; and as
/// a client spells its id, so it stands in the tokens, where others tell clients apart by it and write it into their logs.
/// </summary>
public static class ClientIdRules
{
    private const int Length = 36;

    private static readonly SearchValues<char> _letters = SearchValues.Create("0123456789abcdefABCDEF-");

    /// <summary>Reads an id.</summary>
    /// <param name="text">The text, from anybody, or null.</param>
    /// <param name="ident">The client it names, whether there is one or not.</param>
    public static bool TryRead([NotNullWhen(true)] string? text, out Guid ident)
    {
        ident = default;
        return text is { Length: Length } && !text.AsSpan().ContainsAnyExcept(_letters) && Guid.TryParseExact(text, "D", out ident);
    }
}
