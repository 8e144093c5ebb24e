namespace Uitsmijter.Actors.Fuzz;

/// <summary>What a campaign is to do.</summary>
/// <param name="Target">Name of the target.</param>
/// <param name="Seed">Seed of every choice.</param>
/// <param name="Executions">Most runs.</param>
/// <param name="Seconds">Most seconds; 0 for no limit, which makes a campaign repeatable.</param>
public sealed record Order(string Target, int Seed, long Executions, double Seconds = 0);

/// <summary>What a campaign did.</summary>
/// <param name="Executions">Runs.</param>
/// <param name="Edges">Different branches taken.</param>
/// <param name="Corpus">Inputs kept because each took a branch of its own.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Findings">What should not have happened, one entry a kind.</param>
public sealed record Result(long Executions, int Edges, int Corpus, double Seconds, IReadOnlyList<Finding> Findings);

/// <summary>Something that should not have happened.</summary>
/// <param name="Input">The shortest input found for it.</param>
/// <param name="Problem">What happened.</param>
public sealed record Finding(string Input, string Problem);
