using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Uitsmijter.Actors.Cluster.Tests.Processes;

/// <summary>
/// Every connection between processes of the cluster goes through here, so that a line can be cut as a network is cut: nothing is refused, nothing
/// arrives, and what was sent meanwhile arrives when the line is whole again.
/// </summary>
internal sealed class Switchboard : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string, string), Line> _lines = new();
    private readonly ConcurrentDictionary<int, string> _names = new();
    private readonly ConcurrentBag<TcpListener> _listeners = [];
    private readonly CancellationTokenSource _end = new();

    /// <summary>Says whose a port is.</summary>
    /// <param name="port">Loopback port of a process.</param>
    /// <param name="name">Its name.</param>
    public void Register(int port, string name) => _names[port] = name;

    /// <summary>A door for one process: each connection begins with where it wants to go.</summary>
    /// <param name="source">Name of the process.</param>
    /// <returns>The port.</returns>
    public int Open(string source) => Listen(source, target: null);

    /// <summary>A door for one process to one other.</summary>
    /// <param name="source">Name of the process.</param>
    /// <param name="target">Loopback port it leads to.</param>
    /// <returns>The port.</returns>
    public int Open(string source, int target) => Listen(source, target);

    /// <summary>Cuts the line between two processes, both ways, or makes it whole again.</summary>
    public void Cut(string one, string other, bool isCut) => Between(one, other).Cut(isCut);

    /// <summary>Delays whatever goes over a line.</summary>
    public void Slow(string one, string other, TimeSpan delay) => Between(one, other).Delay = delay;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        foreach (var listener in _listeners)
        {
            listener.Dispose();
        }
    }

    private Line Between(string one, string other) =>
        _lines.GetOrAdd(string.CompareOrdinal(one, other) < 0 ? (one, other) : (other, one), static _ => new Line());

    private int Listen(string source, int? target)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _listeners.Add(listener);
        _ = Accept(listener, source, target);
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task Accept(TcpListener listener, string source, int? target)
    {
        try
        {
            while (true)
            {
                _ = Connect(await listener.AcceptSocketAsync(_end.Token), source, target);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The run ends.
        }
    }

    private async Task Connect(Socket near, string source, int? target)
    {
        using (near)
        using (var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            try
            {
                near.NoDelay = far.NoDelay = true;
                var port = target ?? await Preface(near);
                var line = Between(source, _names.GetValueOrDefault(port, "nobody"));
                await line.Pass(_end.Token);
                await far.ConnectAsync(IPAddress.Loopback, port, _end.Token);
                using var over = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
                var first = await Task.WhenAny(Pump(near, far, line, over.Token), Pump(far, near, line, over.Token));
                await over.CancelAsync();
                await first;
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or EndOfStreamException)
            {
                // One end is gone: so is the connection.
            }
        }
    }

    private async Task<int> Preface(Socket near)
    {
        var preface = new byte[8];
        for (var read = 0; read < preface.Length;)
        {
            var count = await near.ReceiveAsync(preface.AsMemory(read), _end.Token);
            read += count > 0 ? count : throw new EndOfStreamException();
        }

        return BinaryPrimitives.ReadInt32BigEndian(preface.AsSpan(4));
    }

    private static async Task Pump(Socket from, Socket to, Line line, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer, cancellationToken) is var count and > 0)
        {
            await line.Pass(cancellationToken);
            for (var sent = 0; sent < count;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), cancellationToken);
            }
        }
    }

    private sealed class Line
    {
        private volatile TaskCompletionSource? _cut;

        public TimeSpan Delay { get; set; }

        public void Cut(bool isCut)
        {
            var before = _cut;
            _cut = isCut ? before ?? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
            if (!isCut)
            {
                before?.TrySetResult();
            }
        }

        public async ValueTask Pass(CancellationToken cancellationToken)
        {
            while (_cut is { } cut)
            {
                await cut.Task.WaitAsync(cancellationToken);
            }

            if (Delay is var delay && delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, cancellationToken);
            }
        }
    }
}
