using Uitsmijter.Actors.GrainInterfaces.Catalog;

namespace Uitsmijter.Actors.Gateway.Catalog;

/// <summary>Turns nudges from a grain into rounds of a <see cref="MirrorLoop"/>. Orleans holds observers weakly: whoever subscribes keeps it.</summary>
internal sealed class FeedObserver(MirrorLoop loop) : IFeedObserver
{
    /// <inheritdoc />
    public Task Moved(long position)
    {
        loop.Nudge();
        return Task.CompletedTask;
    }
}
