using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Uitsmijter.Actors.Contract.Tests.Hosting;

/// <summary>A connection of somebody who keeps to no rule: writes what it likes, when it likes, and reads until the server has had enough.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TcpClient _socket;

    private RawConnection(TcpClient socket, Stream stream) => (_socket, Stream) = (socket, stream);

    /// <summary>The bytes.</summary>
    public Stream Stream { get; }

    /// <summary>Connects without TLS.</summary>
    public static async Task<RawConnection> Open(Uri address)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port);
        return new RawConnection(socket, socket.GetStream());
    }

    /// <summary>Connects with TLS and asks for HTTP/2.</summary>
    public static async Task<RawConnection> OpenHttp2(Uri address)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port);
        var stream = new SslStream(socket.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == "CN=localhost",
        });
        return new RawConnection(socket, stream);
    }

    /// <summary>Writes text as it is.</summary>
    public async Task Write(string text) => await Stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Reads until the server closes.</summary>
    /// <returns>Everything it said; a connection that was reset said nothing more.</returns>
    public async Task<string> ReadToEnd()
    {
        using var patience = new CancellationTokenSource(Patience);
        var all = new MemoryStream();
        try
        {
            await Stream.CopyToAsync(all, patience.Token);
        }
        catch (IOException)
        {
            // Reset: as closed as closed can be.
        }

        return Encoding.Latin1.GetString(all.ToArray());
    }

    /// <summary>Writes the same few bytes again and again until the server closes.</summary>
    public async Task Drip(string bytes, TimeSpan pause)
    {
        using var patience = new CancellationTokenSource(Patience);
        var closed = ReadToEnd();
        try
        {
            while (!closed.IsCompleted)
            {
                await Write(bytes);
                await Task.WhenAny(closed, Task.Delay(pause, patience.Token));
                patience.Token.ThrowIfCancellationRequested();
            }
        }
        catch (IOException)
        {
            // Closed while we wrote.
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Stream.Dispose();
        _socket.Dispose();
    }
}
