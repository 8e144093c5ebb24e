namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>Compiles the embedded pages beside the start, so that the first visitor does not wait for it.</summary>
internal sealed class PageWarmUp(Themes themes) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        foreach (var page in Enum.GetValues<PageName>())
        {
            stoppingToken.ThrowIfCancellationRequested();
            _ = themes.Shipped[page];
        }
    }
}
