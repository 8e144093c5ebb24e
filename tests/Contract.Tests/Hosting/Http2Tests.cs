using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Contract.Tests.Hosting;

/// <summary>HTTP/2 frames written by hand against a listener with a certificate: resets, parallel streams and headers without end (attack 46).</summary>
public sealed class Http2Tests : IAsyncLifetime
{
    private const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, GoAway = 7, Continuation = 9;
    private const byte EndStream = 1, EndHeaders = 4;

    private readonly string _directory = Directory.CreateTempSubdirectory("uitsmijter-http2-").FullName;
    private ServerProcess _process = null!;
    private Uri _address = null!;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        await File.WriteAllTextAsync(Path.Combine(_directory, "cert.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(_directory, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        _process = ServerProcess.Start("uitsmijter", new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = "https://127.0.0.1:0",
            ["ASPNETCORE_Kestrel__Certificates__Default__Path"] = Path.Combine(_directory, "cert.pem"),
            ["ASPNETCORE_Kestrel__Certificates__Default__KeyPath"] = Path.Combine(_directory, "key.pem"),
        });
        _address = (await _process.Addresses())[0];
        using var ready = await _process.Answers("/health/ready", HttpStatusCode.NoContent);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact, Trait("Attack", "46")]
    public async Task streams_that_are_opened_and_reset_at_once_hold_nobody_up_and_fill_no_log()
    {
        using var connection = await RawConnection.OpenHttp2(_address);
        await Greet(connection);
        var said = Frames(connection);

        var opened = 0;
        while (!said.IsCompleted && opened < 10_000 && await Wrote(connection, Burst(opened)))
        {
            opened += 100;
            if (opened % 2_500 == 0)
            {
                await AssertServed();
            }
        }

        await AssertServed();
        // A line per stream would be a million characters.
        Assert.InRange(_process.Output.Length, 0, 200_000);
    }

    [Fact, Trait("Attack", "46")]
    public async Task more_parallel_streams_than_a_hundred_are_refused()
    {
        using var connection = await RawConnection.OpenHttp2(_address);
        await Greet(connection);
        var said = Frames(connection, static frame => frame.Type is Reset or GoAway);

        for (var i = 0; i < 150; i++)
        {
            await Wrote(connection, Frame(Headers, EndHeaders, 1 + (2 * i), Request("POST")));
        }

        Assert.Contains(await said, static frame => frame.Type is Reset or GoAway);
        await AssertServed();
    }

    [Fact, Trait("Attack", "46")]
    public async Task headers_that_go_on_and_on_end_the_connection()
    {
        using var connection = await RawConnection.OpenHttp2(_address);
        await Greet(connection);
        var said = Frames(connection);
        await Wrote(connection, Frame(Headers, 0, 1, Request("GET")));

        var line = Literal("x-flood", new string('a', 4000));
        var sent = 0;
        while (!said.IsCompleted && sent < 10_000 && await Wrote(connection, Frame(Continuation, 0, 1, line)))
        {
            sent++;
        }

        Assert.InRange(sent, 0, 9_999);
        await AssertServed();
    }

    private async Task AssertServed()
    {
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == "CN=localhost" } }) { BaseAddress = _address, Timeout = TimeSpan.FromSeconds(30) };
        using var answer = await client.GetAsync("/health");
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private static async Task Greet(RawConnection connection) =>
        await connection.Stream.WriteAsync((byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, [])]);

    private static byte[] Burst(int from)
    {
        var frames = new MemoryStream();
        for (var i = 0; i < 100; i++)
        {
            var id = 1 + (2 * (from + i));
            frames.Write(Frame(Headers, EndHeaders, id, Request("POST")));
            frames.Write(Frame(Reset, 0, id, [0, 0, 0, 8]));
        }

        return frames.ToArray();
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    /// <summary>HPACK (RFC 7541): fields of the static table, and literals that are not indexed.</summary>
    private static byte[] Request(string method) =>
        [method == "GET" ? (byte)0x82 : (byte)0x83, 0x87, 0x04, 6, .. "/login"u8, 0x01, 9, .. "localhost"u8];

    private static byte[] Literal(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), 0x7f, (byte)(((value.Length - 127) & 0x7f) | 0x80), (byte)((value.Length - 127) >> 7), .. Encoding.ASCII.GetBytes(value)];

    private static async Task<bool> Wrote(RawConnection connection, byte[] bytes)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await connection.Stream.WriteAsync(bytes, patience.Token);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<List<Heard>> Frames(RawConnection connection, Func<Heard, bool>? isEnough = null)
    {
        var all = new List<Heard>();
        var head = new byte[9];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        try
        {
            while (true)
            {
                await connection.Stream.ReadExactlyAsync(head, patience.Token);
                var payload = new byte[BinaryPrimitives.ReadUInt32BigEndian(head) >> 8];
                await connection.Stream.ReadExactlyAsync(payload, patience.Token);
                var frame = new Heard(head[3], payload);
                if (frame.Type != Data)
                {
                    all.Add(frame);
                }

                if (isEnough?.Invoke(frame) ?? false)
                {
                    return all;
                }
            }
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException)
        {
            return all;
        }
    }

    private sealed record Heard(byte Type, byte[] Payload);
}
