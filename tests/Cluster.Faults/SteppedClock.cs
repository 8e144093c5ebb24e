using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Uitsmijter.Actors.Cluster.Faults;

/// <summary>
/// The wall clock of one process, stepped by what a file says in milliseconds (<c>FAULTS_CLOCK</c>), as a machine's clock is stepped by an
/// operator or by NTP: elapsed time and timers go on, only what time it is changes.
/// </summary>
internal sealed class SteppedClock : TimeProvider, IDisposable
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(100);
    private readonly string _file;
    private readonly Timer _timer;
    private long _offsetMilliseconds;

    private SteppedClock(string file)
    {
        _file = file;
        Look();
        _timer = new Timer(static clock => ((SteppedClock)clock!).Look(), this, _look, _look);
    }

    /// <summary>Exchanges the clock of a process.</summary>
    /// <param name="services">Everything the product has registered.</param>
    public static void Use(IServiceCollection services)
    {
        if (Environment.GetEnvironmentVariable("FAULTS_CLOCK") is { } file)
        {
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new SteppedClock(file)));
        }
    }

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddMilliseconds(Interlocked.Read(ref _offsetMilliseconds));

    /// <inheritdoc />
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        try
        {
            if (long.TryParse(File.ReadAllText(_file), CultureInfo.InvariantCulture, out var offset))
            {
                Interlocked.Exchange(ref _offsetMilliseconds, offset);
            }
        }
        catch (IOException)
        {
            // Not there yet, or being written: looked at again.
        }
    }
}
