namespace Uitsmijter.Actors.GrainInterfaces;

/// <summary>
/// Asking twice does what asking once does (the word of RFC 9110 §9.2.2), and soon: whoever does not learn what became of the call may ask again. Reads have
/// it, and small writes that put the same thing twice. Whatever spends something (a code, a refresh token, a proof, an attempt to log in) never has it: asked
/// again, it would look like a theft.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IdempotentAttribute : Attribute;
