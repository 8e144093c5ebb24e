using System.Net;
using System.Text;

namespace Uitsmijter.Actors.Contract.Tests.Hosting;

/// <summary>Callers who want to cost us much for little, over raw sockets: slow ones, long ones, many of them (attack 46).</summary>
public sealed class ExhaustionTests(EmbeddedServer server) : IClassFixture<EmbeddedServer>
{
    private const string Form = "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n";

    [Theory, Trait("Attack", "46")]
    [InlineData("")]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\nX-Half")]
    public async Task a_request_that_never_ends_its_headers_is_ended_for_it(string beginning)
    {
        using var connection = await RawConnection.Open(server.Public.BaseAddress!);
        await connection.Write(beginning);

        var answer = beginning.Length == 0 ? await Dripped(connection, "G") : await connection.ReadToEnd();

        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), answer);
    }

    [Fact, Trait("Attack", "46")]
    public async Task one_header_a_second_does_not_keep_a_request_alive()
    {
        using var connection = await RawConnection.Open(server.Public.BaseAddress!);
        await connection.Write("GET / HTTP/1.1\r\nHost: localhost\r\n");

        await connection.Drip("X-Slow: 1\r\n", TimeSpan.FromSeconds(1));
    }

    [Theory, Trait("Attack", "46")]
    [InlineData("Content-Length: 4000\r\n\r\n", "a")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n")]
    public async Task a_body_that_drips_is_given_up(string rest, string drop)
    {
        using var connection = await RawConnection.Open(server.Public.BaseAddress!);
        await connection.Write(Form + rest);

        await connection.Drip(drop, TimeSpan.FromSeconds(0.5));
    }

    [Fact, Trait("Attack", "46")]
    public async Task a_chunked_body_of_unknown_length_is_stopped_at_the_limit()
    {
        using var connection = await RawConnection.Open(server.Public.BaseAddress!);
        var chunk = "1000\r\n" + new string('a', 4096) + "\r\n";
        var reading = connection.ReadToEnd();
        await Ignored(connection.Write(Form + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + string.Concat(Enumerable.Repeat(chunk, 6)) + "0\r\n\r\n"));

        Assert.StartsWith("HTTP/1.1 413", await reading, StringComparison.Ordinal);
    }

    [Fact, Trait("Attack", "46")]
    public async Task a_chunk_with_an_endless_extension_is_refused()
    {
        using var connection = await RawConnection.Open(server.Public.BaseAddress!);
        var reading = connection.ReadToEnd();
        await Ignored(connection.Write(Form + "Transfer-Encoding: chunked\r\n\r\n1;" + new string('x', 4_000_000)));

        Assert.DoesNotContain("HTTP/1.1 2", await reading, StringComparison.Ordinal);
    }

    [Theory, Trait("Attack", "46")]
    [InlineData("GET /", 20_000, "414")]
    [InlineData("GET /interceptor?", 20_000, "414")]
    [InlineData("GET /health HTTP/1.1\r\nHost: localhost\r\nCookie: uitsmijter-sso=", 40_000, "431")]
    [InlineData("GET /health HTTP/1.1\r\nHost: ", 40_000, "431")]
    public async Task a_line_longer_than_any_honest_one_is_refused(string beginning, int length, string status)
    {
        using var connection = await RawConnection.Open(server.Public.BaseAddress!);
        var reading = connection.ReadToEnd();
        await Ignored(connection.Write(beginning + new string('a', length) + (status == "414" ? " HTTP/1.1\r\nHost: localhost\r\n\r\n" : "\r\n\r\n")));

        Assert.StartsWith("HTTP/1.1 " + status, await reading, StringComparison.Ordinal);
    }

    [Fact, Trait("Attack", "46")]
    public async Task five_hundred_connections_that_say_nothing_hold_nobody_up()
    {
        var silent = new List<RawConnection>();
        try
        {
            for (var i = 0; i < 500; i++)
            {
                silent.Add(await RawConnection.Open(server.Public.BaseAddress!));
                await silent[^1].Write("GET / HTTP/1.1\r\nHost: ");
            }

            using var page = await server.Public.GetAsync("/");
            using var probe = await server.Management.GetAsync("/health");

            Assert.Equal(HttpStatusCode.NoContent, probe.StatusCode);
            Assert.True(page.StatusCode < HttpStatusCode.InternalServerError);
            await Task.WhenAll(silent.Select(static connection => connection.ReadToEnd()));
        }
        finally
        {
            silent.ForEach(static connection => connection.Dispose());
        }
    }

    [Theory, Trait("Attack", "46")]
    [InlineData("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")]
    public async Task no_connection_becomes_anything_but_http_1(string request)
    {
        var answer = await server.SendRaw(request);

        Assert.StartsWith("HTTP/1.1 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(" 101 ", answer.Split("\r\n")[0], StringComparison.Ordinal);
    }

    [Fact, Trait("Attack", "46")]
    public async Task http_2_without_tls_is_sent_away()
    {
        using var connection = await RawConnection.Open(server.Public.BaseAddress!);
        await connection.Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0");

        // A GOAWAY with HTTP_1_1_REQUIRED (RFC 9113 §7), and no stream before it.
        Assert.Equal("\0\0\b\a\0\0\0\0\0\0\0\0\0\0\0\0\r", await connection.ReadToEnd());
    }

    private static async Task<string> Dripped(RawConnection connection, string bytes)
    {
        await connection.Drip(bytes, TimeSpan.FromSeconds(1));
        return "";
    }

    private static async Task Ignored(Task write)
    {
        try
        {
            await write;
        }
        catch (IOException)
        {
            // The server closed before it had everything, which is what it is asked for.
        }
    }
}
