namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>How subjects are named to clients (OpenID Connect Core §8).</summary>
public static class SubjectTypes
{
    /// <summary>Every client sees the same subject.</summary>
    public const string Public = "public";
}
