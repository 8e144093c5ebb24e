using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>
/// Whether a person is asked before a client gets anything. An answer is remembered for the session and for what it was about: who asks for no more than was
/// agreed to is not asked about again, unless the client wants it (<c>prompt=consent</c>, OpenID Connect Core §3.1.2.1).
/// </summary>
public static class ConsentRules
{
    /// <summary>Decides.</summary>
    /// <param name="isRequired">Whether the client's people are always asked.</param>
    /// <param name="prompt">Values of <c>prompt</c>.</param>
    /// <param name="asked">What the client would get.</param>
    /// <param name="agreed">What the person agreed to in this session.</param>
    public static bool MustAsk(bool isRequired, ImmutableArray<string> prompt, ConsentExtent asked, ConsentExtent agreed) =>
        prompt.Contains(PromptValues.Consent) || (isRequired && (agreed.IsEmpty || !agreed.Covers(asked)));
}
