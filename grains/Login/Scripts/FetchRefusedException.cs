namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>A request of a script that our rules forbid, or an answer they do not let in.</summary>
internal sealed class FetchRefusedException(string message) : Exception(message);
