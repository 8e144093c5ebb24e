using System.Diagnostics.Metrics;
using System.Globalization;

#pragma warning disable CA1050 // The runtime looks for exactly this name, in no namespace.

/// <summary>
/// Counts what Orleans counts, in a process that is measured: the runtime calls it before <c>Main</c> (<c>DOTNET_STARTUP_HOOKS</c>). Every tenth of a second it writes how many messages left the process
/// into a file named after the process in the folder <c>UITSMIJTER_COUNTS</c>.
/// </summary>
internal static class StartupHook
{
    /// <summary>A histogram of sizes: told once for every message that leaves the process.</summary>
    private const string SentMessages = "orleans-messaging-sent-messages-size";

    private static readonly MeterListener _listener = new();
    private static long _sent;

    /// <summary>Called by the runtime.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("UITSMIJTER_COUNTS") is not { Length: > 0 } folder)
        {
            return;
        }

        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Microsoft.Orleans" && instrument.Name == SentMessages)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>(static (_, _, _, _) => Interlocked.Increment(ref _sent));
        _listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => Interlocked.Increment(ref _sent));
        _listener.Start();
        var file = Path.Combine(folder, $"{Environment.ProcessId}");
        new Thread(() =>
        {
            for (; ; Thread.Sleep(TimeSpan.FromMilliseconds(100)))
            {
                File.WriteAllText(file + ".new", Interlocked.Read(ref _sent).ToString(CultureInfo.InvariantCulture));
                File.Move(file + ".new", file, overwrite: true);
            }
        })
        { IsBackground = true }.Start();
    }
}
