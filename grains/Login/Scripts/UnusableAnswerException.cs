namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>A committed script gave an answer that must not be taken for a decision.</summary>
internal sealed class UnusableAnswerException(string message) : Exception(message);
