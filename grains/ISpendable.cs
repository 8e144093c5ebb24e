namespace Uitsmijter.Actors.Grains;

/// <summary>
/// State of what is used up once: a code, a proof, the refresh tokens of a grant. Where storage is found to have gone back to a version that was replaced, or to have lost one that
/// was there, grains are given it as <see cref="Spent"/> (attack 50).
/// </summary>
public interface ISpendable
{
    /// <summary>True where to write this state uses something up; other writes need not be remembered.</summary>
    bool IsUse { get; }

    /// <summary>The same state, used up: it gives nothing any more, and a replay of it still finds what it gave.</summary>
    /// <param name="at">The moment it is noticed.</param>
    /// <returns>A state of the same type.</returns>
    ISpendable Spent(DateTimeOffset at);
}
