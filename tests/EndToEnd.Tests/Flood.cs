using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using StackExchange.Redis;
using Uitsmijter.Actors.EndToEnd.Tests.OAuth;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>
/// A hundred thousand requests of somebody who is nobody, each with another host, path, cookie or token, against silo, gateway and Redis of their own: nothing that is kept
/// grows with them (attack 46), and nobody is let in.
/// </summary>
[Trait("Attack", "46")]
public sealed class Flood
{
    private const int Connections = 8;
    private const int Batch = 100;
    private const int First = 20_000;
    private const int All = 120_000;

    /// <summary>A kilobyte kept of each request would be more.</summary>
    private const long MostBytes = 96L * 1024 * 1024;

    [Fact, Trait("Attack", "12")]
    public async Task a_hundred_thousand_strange_requests_leave_nothing_behind()
    {
        Assert.SkipUnless(RedisServer.IsInstalled, "redis-server is not installed");
        await using var world = await World.Start(AuthenticationServer.Separate);
        await Ask(world.Server.Address, 0, First);
        await Visit(world, 0, 20);
        var (states, series, bytes, lines) = await Kept(world.Server);

        await Ask(world.Server.Address, First, All);
        await Visit(world, 20, 200);

        var (statesNow, seriesNow, bytesNow, linesNow) = await Kept(world.Server);
        Assert.True(statesNow <= states + 10, $"{states} states became {statesNow}");
        Assert.True(seriesNow <= series + 50, $"{series} series became {seriesNow}");
        Assert.True(bytesNow <= bytes + MostBytes, $"{bytes} bytes became {bytesNow}");

        // Ten reasons, sixty lines a minute of each: whoever asks for longer than ten minutes is told of for longer.
        Assert.True(linesNow - lines <= 6_000, $"{linesNow - lines} lines");
    }

    private static async Task<(long States, int Series, long Bytes, int Lines)> Kept(AuthenticationServer server)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"{server.Redis},allowAdmin=true");
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        var metrics = await client.GetStringAsync(new Uri(server.Management, "/metrics"));
        return (await redis.GetServer(server.Redis!).DatabaseSizeAsync(), metrics.Count(static letter => letter == '\n'), server.ResidentBytes, server.Output.Count(static letter => letter == '\n'));
    }

    /// <summary>Questions as a proxy passes them on, a hundred at a time on each connection.</summary>
    private static async Task Ask(Uri server, int from, int to) => await Task.WhenAll(Enumerable.Range(0, Connections).Select(connection => Task.Run(async () =>
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Host, server.Port);
        await using var stream = socket.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        for (var number = from + connection; number < to; number += Connections * Batch)
        {
            var asked = Enumerable.Range(0, Batch).Select(step => number + (step * Connections)).Where(one => one < to).ToArray();
            await stream.WriteAsync(Encoding.Latin1.GetBytes(string.Concat(asked.Select(Question))));
            for (var answer = 0; answer < asked.Length; answer++)
            {
                Assert.DoesNotContain(" 200 ", await ReadAnswer(reader), StringComparison.Ordinal);
            }
        }
    })));

    private static string Question(int number)
    {
        var (host, more) = (number % 6) switch
        {
            0 => ($"h{number}.nowhere.test", ""),
            1 => ($"h{number}.egg.example.test", ""),
            2 => ("cookbooks.example.test", $"Cookie: uitsmijter-sso=a.{number}.c\r\n"),
            3 => ("page.ham.test", $"Cookie: other-{number}=1; uitsmijter-sso={new string('b', 60)}.{number}.{number}\r\n"),
            4 => ("cookbooks.example.test", $"Authorization: Bearer a.{number}.c\r\n"),
            _ => ("closed.example.test", $"X-More-{number}: 1\r\n"),
        };
        return $"GET /auth/traefik HTTP/1.1\r\nHost: gateway\r\nX-Forwarded-Method: GET\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: {host}\r\nX-Forwarded-For: 10.{number % 200}.{number / 200 % 200}.1\r\nX-Forwarded-Uri: /{number}?q={number}\r\nAccept: application/json\r\n{more}\r\n";
    }

    /// <summary>Reads one answer and gives its first line.</summary>
    private static async Task<string> ReadAnswer(StreamReader reader)
    {
        var status = await reader.ReadLineAsync() ?? throw new IOException("The server closed the connection.");
        var (length, isChunked) = (0, false);
        for (var line = await reader.ReadLineAsync(); line is { Length: > 0 }; line = await reader.ReadLineAsync())
        {
            length = line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase) ? int.Parse(line["Content-Length: ".Length..], CultureInfo.InvariantCulture) : length;
            isChunked |= line.StartsWith("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase);
        }

        do
        {
            length = isChunked ? int.Parse((await reader.ReadLineAsync())!, NumberStyles.HexNumber, CultureInfo.InvariantCulture) : length;
            var body = new char[length + (isChunked ? 2 : 0)];
            await reader.ReadBlockAsync(body);
        }
        while (isChunked && length > 0);
        return status;
    }

    /// <summary>Login pages, authorization requests and requests of clients nobody knows.</summary>
    private static async Task Visit(World world, int from, int to)
    {
        for (var number = from; number < to; number++)
        {
            using var nobody = new RelyingParty(world, "id.shop.test", $"6b1a3f4c-9a3e-4d0e-8f7b-{number:x12}", null);
            using var somebody = new RelyingParty(world, "id.shop.test", RelyingParty.Spa, null);
            using var page = await somebody.Authorize(new(somebody.Request()) { ["state"] = $"{number}" });
            using var refused = await nobody.Authorize(nobody.Request());
            var (unknown, _, _) = await nobody.Exchange($"code-{number}");
            var (device, _, _) = await nobody.Post("/oauth/device_authorization", []);
            using var posted = await somebody.Submit(
                new Dictionary<string, string> { ["username"] = $"name-{number}", ["password"] = "guess", ["location"] = "https://id.shop.test/", ["ticket"] = $"{number}" }, "/login");

            Assert.Equal(
                [HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden],
                [page.StatusCode, refused.StatusCode, unknown, device, posted.StatusCode]);
        }
    }
}
