using Microsoft.Extensions.Hosting;

namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>Lets the files be read, and their scripts be checked, while the silo is still joining: neither needs it.</summary>
internal sealed class FirstLook(FileSource source) : IHostedService
{
    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = source.Begin();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
