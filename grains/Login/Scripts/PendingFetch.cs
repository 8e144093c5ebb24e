using Jint.Native.Promise;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>A <c>fetch</c> whose promise the script holds.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Promise">To be settled on the run's own thread.</param>
internal sealed record PendingFetch(FetchRequest Request, ManualPromise Promise);
