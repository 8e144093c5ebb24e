using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Uitsmijter.Actors.TestKit.Processes;

/// <summary>A real program (proxy, server, Redis) as a child process: started with a configuration file, waited for by connecting, ended by its id.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ChildProcess(Process process, string directory)
    {
        _process = process;
        Directory = directory;
    }

    /// <summary>Its scratch directory.</summary>
    public string Directory { get; }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>True once it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Processor time it has used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Resident memory in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>What it has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts a program and waits until something answers on a port.</summary>
    /// <param name="executable">The program.</param>
    /// <param name="arguments">What it is told.</param>
    /// <param name="directory">A folder made for it, where it works; it is deleted with the process.</param>
    /// <param name="port">Where it answers.</param>
    /// <param name="environment">Variables beside ours.</param>
    /// <param name="address">Its loopback address.</param>
    /// <param name="patience">How long it may take; two minutes when left out.</param>
    /// <exception cref="InvalidOperationException">It ended, or did not answer in time; nothing of it is left.</exception>
    /// <exception cref="ArgumentException">The folder holds more than the process: the tests themselves, or everybody's temporary files.</exception>
    public static async Task<ChildProcess> Start(string executable, IEnumerable<string> arguments, string directory, int port, IReadOnlyDictionary<string, string>? environment = null, string address = "127.0.0.1", TimeSpan? patience = null)
    {
        RefuseSharedFolder(directory);
        var start = new ProcessStartInfo(executable, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = directory,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var child = new ChildProcess(process, directory);
        process.OutputDataReceived += child.Keep;
        process.ErrorDataReceived += child.Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await child.WaitFor(address, port, patience ?? TimeSpan.FromMinutes(2));
            return child;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it without warning (SIGKILL).</summary>
    public async Task Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
    }

    /// <summary>Sends it a signal.</summary>
    /// <param name="name">As <c>kill</c> takes it: <c>STOP</c>, <c>CONT</c>, <c>TERM</c>.</param>
    public async Task Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for its end.</summary>
    /// <param name="limit">How long.</param>
    /// <exception cref="TimeoutException">It did not end.</exception>
    public async Task Ends(TimeSpan limit)
    {
        using var patience = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_process.StartInfo.FileName} did not end within {limit.TotalSeconds} s:\n{Output}");
        }
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
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    /// <summary>Where an executable is on the PATH or in Debian's places, or null.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/usr/local/bin", "/usr/bin"])
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    // The folder goes with the process. One that was given the system's folder for temporary files took everything in it along.
    private static void RefuseSharedFolder(string directory)
    {
        var full = Path.GetFullPath(directory);
        var folder = Path.EndsInDirectorySeparator(full) ? full : full + Path.DirectorySeparatorChar;
        if (Path.GetFullPath(Path.GetTempPath()).StartsWith(folder, StringComparison.Ordinal) || AppContext.BaseDirectory.StartsWith(folder, StringComparison.Ordinal))
        {
            throw new ArgumentException($"{folder} holds more than this process, and would be deleted with it: give it a folder of its own.", nameof(directory));
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.AppendLine(line.Data);
        }
    }

    private async Task WaitFor(string address, int port, TimeSpan limit)
    {
        using var patience = new CancellationTokenSource(limit);
        while (true)
        {
            if (_process.HasExited || patience.IsCancellationRequested)
            {
                lock (_output)
                {
                    throw new InvalidOperationException($"{_process.StartInfo.FileName} did not start to listen on {port}:\n{_output}");
                }
            }

            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(address, port);
                return;
            }
            catch (SocketException)
            {
                // Not yet: the condition is a successful connection, asked again shortly.
                await Task.Delay(25);
            }
        }
    }
}
