using System.Diagnostics;
using System.Globalization;

namespace Uitsmijter.Actors.TestKit.Processes;

/// <summary>A real Redis of a test: on loopback, at a port of its own, in memory only.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private ChildProcess? _process;

    private RedisServer(ChildProcess process, int port)
    {
        _process = process;
        Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
    }

    /// <summary>Host and port, as <c>REDIS_URI</c> takes them.</summary>
    public string Address { get; }

    /// <summary>True where the program is installed; tests skip, and say so, where it is not.</summary>
    public static bool IsInstalled => ChildProcess.Find("redis-server") is not null;

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="at">The port; 0 for any that is free.</param>
    public static async Task<RedisServer> Start(int at = 0)
    {
        var port = at == 0 ? Ports.Free(1)[0] : at;
        var scratch = Directory.CreateTempSubdirectory("uitsmijter-redis-").FullName;
        string[] arguments = ["--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--save", "", "--appendonly", "no", "--dir", scratch];
        return new RedisServer(await ChildProcess.Start(ChildProcess.Find("redis-server")!, arguments, scratch, port), port);
    }

    /// <summary>Runs redis-cli, which says something or nothing: whoever waits for a Redis asks it again.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed.</returns>
    public static async Task<string> Command(string[] arguments)
    {
        using var command = Process.Start(new ProcessStartInfo(ChildProcess.Find("redis-cli")!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = await command.StandardOutput.ReadToEndAsync();
        await command.WaitForExitAsync();
        return output;
    }

    /// <summary>Ends the server; a test that takes Redis away calls it early.</summary>
    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _process, null)?.DisposeAsync() ?? ValueTask.CompletedTask;
}
