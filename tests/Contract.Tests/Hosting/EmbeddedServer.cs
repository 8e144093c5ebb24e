using System.Net.Sockets;
using System.Text;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Contract.Tests.Hosting;

/// <summary>One embedded process for tests that only ask it things.</summary>
public sealed class EmbeddedServer : IAsyncLifetime
{
    private ServerProcess _process = null!;

    /// <summary>A client of the public listener.</summary>
    public HttpClient Public { get; private set; } = null!;

    /// <summary>A client of the management port.</summary>
    public HttpClient Management { get; private set; } = null!;

    /// <summary>What the process printed so far.</summary>
    public string Output => _process.Output;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        _process = ServerProcess.Start("uitsmijter", new Dictionary<string, string> { ["LOG_FORMAT"] = "ndjson" });
        var addresses = await _process.Addresses();
        using var ready = await _process.Answers("/health/ready", System.Net.HttpStatusCode.NoContent);
        Public = new HttpClient { BaseAddress = addresses[0] };
        Management = new HttpClient { BaseAddress = addresses[1] };
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Public.Dispose();
        Management.Dispose();
        await _process.DisposeAsync();
    }

    /// <summary>Sends bytes as they are to the public listener and reads until it closes or falls silent.</summary>
    /// <param name="request">The request, header and body.</param>
    public async Task<string> SendRaw(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(Public.BaseAddress!.Host, Public.BaseAddress.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        var buffer = new byte[64 * 1024];
        var read = await stream.ReadAsync(buffer);
        return Encoding.Latin1.GetString(buffer, 0, read);
    }
}
