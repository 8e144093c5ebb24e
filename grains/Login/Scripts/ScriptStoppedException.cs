namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>Unwinds a run whose answer has been given already: its time is over, or nobody waits for it any more.</summary>
internal sealed class ScriptStoppedException : Exception;
