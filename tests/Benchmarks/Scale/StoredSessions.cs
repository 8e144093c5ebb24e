using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Benchmarks.Scale;

/// <summary>
/// A million sessions in Redis: what they take there, and that silos do not grow with them. Twenty thousand come from real logins, with everything a login leaves; the others
/// are copies of one session's record and of its subject's list under other ids, made inside Redis: nobody waits for a million logins.
/// </summary>
internal static class StoredSessions
{
    private const int Real = 20_000;
    private const int All = 1_000_000;
    private const int Batch = 10_000;

    private const string Copy =
        """
        for number = tonumber(ARGV[1]), tonumber(ARGV[2]) do
          for _, key in ipairs(KEYS) do
            local copy = string.gsub(key, '/(%w+)/([^/]+)/', '/%1/copy-' .. number .. '-%2/', 1)
            if redis.call('EXISTS', copy) == 0 then redis.call('COPY', key, copy) end
          end
        end
        """;

    /// <summary>Measures.</summary>
    public static async IAsyncEnumerable<Table.Row> Measure()
    {
        await using var server = await Town.StartSilos(Directory.CreateTempSubdirectory("uitsmijter-bench-").FullName, silos: 2);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.Redis! + ",allowAdmin=true,syncTimeout=60000");
        await LogIn(server, 0, 2000);
        var keysBefore = await Keys(redis);
        await Town.LogIn(server, "HS256", "the-one-that-is-copied@example.com");
        var added = (await Keys(redis)).Except(keysBefore).ToArray();
        var (before, keys) = (await Used(redis), (await Keys(redis)).Count);

        await LogIn(server, 2000, Real);

        var real = (await Used(redis) - before) / (double)Real;
        yield return new Table.Row("a session in Redis with everything its login leaves, index of keys included", $"{Text(real)} bytes, {Text(((await Keys(redis)).Count - keys) / (double)Real)} keys", "≤ 2 KB stored");
        var (few, fewSessions) = (await Cost(server), Real + 2000);
        var small = server.SiloBytes;

        var start = Stopwatch.GetTimestamp();
        RedisKey[] copied = [.. added.Where(static key => key.Contains("/session/", StringComparison.Ordinal) || key.Contains("/subject/", StringComparison.Ordinal)).Select(static key => (RedisKey)key)];
        for (var number = 0; number < All - fewSessions; number += Batch)
        {
            await redis.GetDatabase().ScriptEvaluateAsync(Copy, copied, [number, Math.Min(number + Batch, All - fewSessions) - 1]);
        }

        await Console.Error.WriteLineAsync($"{copied.Length} records copied each time, {string.Join(", ", added)}, {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
        var many = await Cost(server);
        yield return new Table.Row(
            $"{All:N0} sessions in Redis instead of {fewSessions:N0}",
            $"login with its page {Text(many)} µs CPU instead of {Text(few)}; memory of both silos {Megabytes(server.SiloBytes)} instead of {Megabytes(small)}; Redis {Megabytes(await Used(redis))}",
            "flat");
    }

    private static async Task<double> Cost(AuthenticationServer server)
    {
        var operations = new Operations(server.ProcessIds);
        await operations.MeasureIdle();
        var tag = Guid.NewGuid().ToString("N");
        return (await operations.Run(
            async number =>
            {
                await Town.LogIn(server, "HS256", $"{tag}-{number}@example.com");
                return true;
            },
            TimeSpan.FromSeconds(8))).Microseconds;
    }

    private static Task LogIn(AuthenticationServer server, int first, int count) => Parallel.ForEachAsync(
        Enumerable.Range(first, count),
        new ParallelOptions { MaxDegreeOfParallelism = 16 },
        async (number, _) => await Town.LogIn(server, "HS256", $"person{number}@example.com"));

    private static async Task<HashSet<string>> Keys(ConnectionMultiplexer redis)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var key in redis.GetServers()[0].KeysAsync(pageSize: 5000))
        {
            keys.Add(key.ToString());
        }

        return keys;
    }

    private static async Task<long> Used(ConnectionMultiplexer redis) =>
        long.Parse((await redis.GetServers()[0].InfoAsync("memory")).SelectMany(static group => group).First(static line => line.Key == "used_memory").Value, CultureInfo.InvariantCulture);

    private static string Text(double number) => number.ToString(number < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static string Megabytes(long bytes) => $"{bytes / 1024 / 1024} MB";
}
