using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Uitsmijter.Actors.Grains.Tests.Login;

/// <summary>A web server on loopback that answers what the test says.</summary>
internal sealed class TinyServer : IDisposable
{
    private readonly TcpListener _listener;
    private readonly Func<TinyRequest, Task<TinyAnswer>> _answer;
    private readonly CancellationTokenSource _closing = new();
    private int _active;
    private int _most;

    public TinyServer(Func<TinyRequest, TinyAnswer> answer, IPAddress? address = null)
        : this(request => Task.FromResult(answer(request)), address)
    {
    }

    public TinyServer(Func<TinyRequest, Task<TinyAnswer>> answer, IPAddress? address = null)
    {
        _answer = answer;
        _listener = new(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        _ = Task.Run(Accept);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}";

    public ConcurrentQueue<TinyRequest> Requests { get; } = new();

    /// <summary>How many requests were answered at the same time at most.</summary>
    public int MostAtOnce => _most;

    public void Dispose()
    {
        _closing.Cancel();
        _listener.Stop();
    }

    private async Task Accept()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_closing.Token);
                _ = Task.Run(() => Serve(client));
            }
            catch (Exception closed) when (closed is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task Serve(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = await Read(stream);
                Requests.Enqueue(request);
                var now = Interlocked.Increment(ref _active);
                InterlockedMax(ref _most, now);
                var answer = await _answer(request);
                Interlocked.Decrement(ref _active);
                var head = $"HTTP/1.1 {answer.Status} X\r\nContent-Length: {answer.Body.Length}\r\nConnection: close\r\n{answer.Headers}\r\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
                await stream.WriteAsync(answer.Body);
            }
            catch (IOException)
            {
                // The script's side hung up, as some tests want it to.
            }
        }
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = target; value > seen; seen = target)
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    private static async Task<TinyRequest> Read(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (!(bytes.Count > 3 && bytes[^1] == '\n' && bytes[^2] == '\r' && bytes[^3] == '\n'))
        {
            if (await stream.ReadAsync(one) == 0)
            {
                throw new IOException("closed");
            }

            bytes.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. bytes]).Split("\r\n");
        var headers = lines[1..].Where(line => line.Contains(':', StringComparison.Ordinal))
            .ToDictionary(line => line.Split(':')[0], line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim(), StringComparer.OrdinalIgnoreCase);
        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, System.Globalization.CultureInfo.InvariantCulture) : 0];
        await stream.ReadExactlyAsync(body);
        var start = lines[0].Split(' ');
        return new(start[0], start[1], headers, Encoding.UTF8.GetString(body));
    }
}

internal sealed record TinyRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

internal sealed record TinyAnswer(int Status, byte[] Body, string Headers = "")
{
    public static TinyAnswer Text(string body, int status = 200, string headers = "") => new(status, Encoding.UTF8.GetBytes(body), headers);

    public static TinyAnswer Redirect(string to, int status = 302) => new(status, [], $"Location: {to}\r\n");
}
