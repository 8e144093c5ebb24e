using System.Diagnostics.CodeAnalysis;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>
/// The id of a client as it is sent: a UUID in either case and nothing around it. The base library overlooks white space there, line feeds among it; and as a client
/// spells its id, so it stands in the tokens, where others tell clients apart by it and write it into their logs.
/// </summary>
public static class ClientIdRules
{
    private const int Length = 36;

    /// <summary>Reads an id.</summary>
    /// <param name="text">The text, from anybody, or null.</param>
    /// <param name="ident">The client it names, whether there is one or not.</param>
    public static bool TryRead([NotNullWhen(true)] string? text, out Guid ident)
    {
        ident = default;
        return text is { Length: Length } && Guid.TryParseExact(text, "D", out ident) && !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1]);
    }
}
