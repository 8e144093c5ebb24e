using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Uitsmijter.Actors.Benchmarks.OAuth;

/// <summary>The load generator of the OAuth benchmarks: a process of its own, as many clients in parallel as told, each one operation after another.</summary>
internal static class OAuthLoad
{
    private const string Ready = "ready";

    /// <summary>What one run saw.</summary>
    /// <param name="Done">Operations that were done.</param>
    /// <param name="Failed">Operations that failed.</param>
    /// <param name="PerSecond">Operations a second.</param>
    /// <param name="P99">99th percentile of their latency in microseconds.</param>
    internal sealed record Seen(long Done, long Failed, double PerSecond, double P99);

    /// <summary>Runs the generator in a child process.</summary>
    /// <param name="running">Whom it asks.</param>
    /// <param name="operation">For what.</param>
    /// <param name="parallel">How many clients.</param>
    /// <param name="time">How long.</param>
    /// <returns>What it saw, and the processor time the server spent on it.</returns>
    public static async Task<(Seen Seen, TimeSpan ProcessorTime)> Run(Running running, Operation operation, int parallel, TimeSpan time)
    {
        string[] arguments =
        [
            typeof(OAuthLoad).Assembly.Location, "oauth-generate", JsonSerializer.Serialize(running.Server), operation.ToString(),
            parallel.ToString(CultureInfo.InvariantCulture), time.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        ];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var line = await process.StandardOutput.ReadLineAsync();
        if (line != Ready)
        {
            throw new InvalidOperationException($"The generator could not prepare {operation} for {running.Server.Name}.");
        }

        var before = running.ProcessorTime();
        var text = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The generator said nothing.");
        var spent = running.ProcessorTime() - before;
        await process.WaitForExitAsync();
        return (JsonSerializer.Deserialize<Seen>(text)!, spent);
    }

    /// <summary>The child's side: generates load and prints one line of JSON. The clock of the load starts when every client has what it works on.</summary>
    /// <param name="arguments">Server, operation, clients, seconds.</param>
    public static async Task Generate(string[] arguments)
    {
        var server = JsonSerializer.Deserialize<Contestant>(arguments[0])!;
        var operation = Enum.Parse<Operation>(arguments[1]);
        var parallel = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        var time = TimeSpan.FromSeconds(double.Parse(arguments[3], CultureInfo.InvariantCulture));
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        var clients = Enumerable.Range(0, parallel).Select(_ => new RelyingParty(server, http)).ToArray();
        await Task.WhenAll(clients.Select(client => client.Prepare(operation)));
        Console.WriteLine(Ready);

        var start = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(clients.Select(client => Task.Run(() => Work(client, operation, start, time))));
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var latencies = all.SelectMany(static one => one.Latencies).Order().ToArray();
        var p99 = latencies.Length == 0 ? 0 : latencies[(int)(0.99 * (latencies.Length - 1))];
        Console.WriteLine(JsonSerializer.Serialize(new Seen(latencies.Length, all.Sum(static one => one.Failed), latencies.Length / elapsed, p99)));
    }

    private static async Task<(List<double> Latencies, long Failed)> Work(RelyingParty client, Operation operation, long start, TimeSpan time)
    {
        var latencies = new List<double>(10_000);
        var failed = 0L;
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            var asked = Stopwatch.GetTimestamp();
            try
            {
                await client.Perform(operation);
                latencies.Add(Stopwatch.GetElapsedTime(asked).TotalMicroseconds);
            }
            catch (Exception failure) when (failure is InvalidOperationException or HttpRequestException)
            {
                if (failed++ == 0)
                {
                    await Console.Error.WriteLineAsync(failure.Message);
                }

                if (failed > 100)
                {
                    break;
                }
            }
        }

        return (latencies, failed);
    }
}
