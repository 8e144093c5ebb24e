using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Uitsmijter.Actors.Benchmarks;

/// <summary>
/// A small closed-loop load generator: every connection sends a request, waits for its whole answer, and sends the next. It runs
/// as a process of its own, so that its work is never counted as the server's. For operations of several requests see <see cref="Operations"/>.
/// </summary>
internal static class Load
{
    /// <summary>What one run of the generator saw.</summary>
    /// <param name="PerSecond">Answers per second.</param>
    /// <param name="P50">Median latency in microseconds.</param>
    /// <param name="P99">99th percentile of the latency in microseconds.</param>
    /// <param name="Wrong">Answers with another status than the expected one.</param>
    /// <param name="Answers">All answers.</param>
    internal sealed record Seen(double PerSecond, double P50, double P99, long Wrong, long Answers);

    /// <summary>Runs the generator in a child process.</summary>
    /// <param name="port">Loopback port of the server.</param>
    /// <param name="connections">Parallel connections.</param>
    /// <param name="time">How long; zero: until every request has been sent once.</param>
    /// <param name="requests">Complete requests, sent in turn.</param>
    /// <param name="status">The status of a right answer.</param>
    public static async Task<Seen> Run(int port, int connections, TimeSpan time, IReadOnlyList<string> requests, int status = 200)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, string.Join('\0', requests));
        var start = new ProcessStartInfo("dotnet", [typeof(Load).Assembly.Location, "generate", Text(port), Text(connections), time.TotalSeconds.ToString(CultureInfo.InvariantCulture), file, Text(status)])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var line = (await process.StandardOutput.ReadToEndAsync()).Trim().Split(' ').Select(static part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        await process.WaitForExitAsync();
        File.Delete(file);
        return new Seen(line[0], line[1], line[2], (long)line[3], (long)line[4]);
    }

    /// <summary>The child's side: generates load and prints one line.</summary>
    public static async Task Generate(string[] arguments)
    {
        var port = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        var connections = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        var time = TimeSpan.FromSeconds(double.Parse(arguments[2], CultureInfo.InvariantCulture));
        var requests = (await File.ReadAllTextAsync(arguments[3])).Split('\0').Select(Encoding.ASCII.GetBytes).ToArray();
        var status = Encoding.ASCII.GetBytes(arguments[4]);
        var start = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, connections).Select(number =>
            Task.Run(() => Connection(port, start, time, requests, number * requests.Length / connections, (number + 1) * requests.Length / connections, status))));
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var latencies = all.SelectMany(static one => one.Latencies).Order().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{latencies.Length / elapsed} {At(latencies, 0.5)} {At(latencies, 0.99)} {all.Sum(static one => one.Wrong)} {latencies.Length}"));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static double At(double[] sorted, double quantile) => sorted.Length == 0 ? 0 : sorted[(int)(quantile * (sorted.Length - 1))];

    private static async Task<(List<double> Latencies, long Wrong)> Connection(int port, long start, TimeSpan time, byte[][] requests, int first, int last, byte[] status)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var buffer = ArrayPool<byte>.Shared.Rent(32 * 1024);
        var latencies = new List<double>(100_000);
        var wrong = 0L;
        for (var number = first; time == TimeSpan.Zero ? number < last : Stopwatch.GetElapsedTime(start) < time; number++)
        {
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(requests[number % requests.Length]);
            if (!await ReadAnswer(socket, buffer, status))
            {
                wrong++;
            }

            latencies.Add(Stopwatch.GetElapsedTime(sent).TotalMicroseconds);
        }

        return (latencies, wrong);
    }

    private static async Task<bool> ReadAnswer(Socket socket, byte[] buffer, byte[] status)
    {
        var filled = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(filled));
            if (read == 0)
            {
                throw new IOException("The server closed the connection.");
            }

            filled += read;
            var end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
            if (end >= 0 && filled >= end + 4 + BodyLength(buffer.AsSpan(0, end)))
            {
                return buffer.AsSpan(9, 3).SequenceEqual(status);
            }
        }
    }

    private static int BodyLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0)
        {
            return 0;
        }

        var rest = head[(at + 16)..];
        var line = rest.IndexOf((byte)'\r');
        return int.Parse(line < 0 ? rest : rest[..line], CultureInfo.InvariantCulture);
    }
}
