using Acornima.Ast;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>A script that is refused because it nests more than the interpreter's stack holds.</summary>
internal sealed class SourceNestedTooDeeplyException(Node place)
    : Exception($"The expression or block at line {place.Location.Start.Line} is nested too deeply; split it into several statements or functions.")
{
    /// <summary>1-based line of the joined scripts.</summary>
    public int Line => place.Location.Start.Line;

    /// <summary>1-based column.</summary>
    public int Column => place.Location.Start.Column + 1;
}
