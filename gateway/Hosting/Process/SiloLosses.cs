namespace Uitsmijter.Actors.Hosting;

/// <summary>
/// Tells calls under way that a silo was lost through which they may have gone: Orleans breaks what was sent to a grain on a silo that died, and not what a client
/// sent through it to a grain elsewhere. Nobody knows which these are, so all of them are told.
/// </summary>
internal sealed class SiloLosses : IDisposable
{
    private CancellationTokenSource _next = new();

    /// <summary>Cancelled by the next loss.</summary>
    public CancellationToken Next => Volatile.Read(ref _next).Token;

    /// <summary>A silo was lost.</summary>
    public void Tell()
    {
        // Not disposed: a call that has just taken its token links to it. It holds no timer. What the calls do next must not keep Orleans, which tells.
        _ = Interlocked.Exchange(ref _next, new CancellationTokenSource()).CancelAsync();
    }

    /// <inheritdoc />
    public void Dispose() => _next.Dispose();
}
