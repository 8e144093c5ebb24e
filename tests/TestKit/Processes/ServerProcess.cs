using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace Uitsmijter.Actors.TestKit.Processes;

/// <summary>One of our executables as a process of its own: its output, its addresses, its end. For tests of starting and stopping.</summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Found)> _waiting = [];

    private ServerProcess(Process process) => _process = process;

    /// <summary>Everything printed so far, standard error included.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>The operating system's id.</summary>
    public int Id => _process.Id;

    /// <summary>Starts an executable of ours by the name of its assembly. Ports are free loopback ports unless the settings say otherwise.</summary>
    /// <param name="assembly"><c>uitsmijter</c>, <c>Uitsmijter.Actors.Silo</c> or <c>Uitsmijter.Actors.Gateway</c>.</param>
    /// <param name="settings">Environment variables; an empty value removes one.</param>
    /// <param name="arguments">Command line.</param>
    public static ServerProcess Start(string assembly, IReadOnlyDictionary<string, string>? settings = null, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly + ".dll"), .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["MANAGEMENT_PORT"] = "0";
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var server = new ServerProcess(process);
        process.OutputDataReceived += server.Keep;
        process.ErrorDataReceived += server.Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Waits for a line.</summary>
    /// <param name="text">What it contains.</param>
    public async Task<string> Says(string text)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lines)
        {
            if (_lines.Find(line => line.Contains(text, StringComparison.Ordinal)) is { } already)
            {
                return already;
            }

            _waiting.Add((line => line.Contains(text, StringComparison.Ordinal), found));
        }

        var ended = _process.WaitForExitAsync();
        var first = await Task.WhenAny(found.Task, ended, Task.Delay(Patience, CancellationToken.None));
        return first == found.Task || Output.Contains(text, StringComparison.Ordinal)
            ? Output.Split('\n').First(line => line.Contains(text, StringComparison.Ordinal))
            : throw new InvalidOperationException($"Nobody said '{text}':\n{Output}");
    }

    /// <summary>Its addresses, once it listens: public ones first, the management port last.</summary>
    public async Task<Uri[]> Addresses() => [.. Address().Matches(await Says("Listening on ")).Select(static match => new Uri(match.Value))];

    /// <summary>Waits until the management port answers a probe with a status.</summary>
    /// <param name="path">The probe.</param>
    /// <param name="status">The status.</param>
    public async Task<HttpResponseMessage> Answers(string path, HttpStatusCode status)
    {
        var management = (await Addresses())[^1];
        using var client = new HttpClient { BaseAddress = management };
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            HttpResponseMessage? answer = null;
            try
            {
                answer = await client.GetAsync(path, patience.Token);
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                // Asked again shortly.
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                throw new InvalidOperationException($"{path} never answered {status}:\n{Output}", exception);
            }

            if (answer?.StatusCode == status)
            {
                return answer;
            }

            answer?.Dispose();
            await Task.Delay(25, CancellationToken.None);
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> Ends()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException exception)
        {
            throw new InvalidOperationException($"It did not end:\n{Output}", exception);
        }

        return _process.ExitCode;
    }

    /// <summary>Asks it to end, as an orchestrator does (SIGTERM).</summary>
    public async Task Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs received)
    {
        if (received.Data is not { } line)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Add(line);
            foreach (var (wanted, found) in _waiting)
            {
                if (wanted(line))
                {
                    found.TrySetResult(line);
                }
            }
        }
    }

    [GeneratedRegex(@"https?://[^\s;""]+")]
    private static partial Regex Address();
}
