using Acornima.Ast;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>A script that is refused when it is loaded: one expression or function of it could take more than the interpreter can watch.</summary>
/// <param name="place">Where.</param>
/// <param name="advice">What is wrong there and what to do, as a sentence.</param>
internal sealed class SourceRefusedException(Node place, string advice) : Exception($"Line {place.Location.Start.Line}: {advice}")
{
    /// <summary>What is wrong and what to do.</summary>
    public string Advice => advice;

    /// <summary>1-based line of the joined scripts.</summary>
    public int Line => place.Location.Start.Line;

    /// <summary>1-based column.</summary>
    public int Column => place.Location.Start.Column + 1;
}
