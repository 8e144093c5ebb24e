using Uitsmijter.Actors.Gateway.Keys;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>Cookies and bearer tokens that were checked. Requests that checked the same one at once share it, so that a silo signs for it once.</summary>
internal sealed class KnownTokens(int capacity = TokenCache<KnownToken>.DefaultCapacity)
    : TokenCache<KnownToken>(capacity, static (one, other) => ReferenceEquals(one.Gate, other.Gate) && ReferenceEquals(one.Keys, other.Keys));
