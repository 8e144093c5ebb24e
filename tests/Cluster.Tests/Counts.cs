using System.Net;
using System.Text.Json;
using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Load;
using Uitsmijter.Actors.Cluster.Tests.Processes;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>
/// What operators are told of a tenant and a client is what happened there, whichever gateway is asked (decision 17). The truth is not what this test asked for, which may have been done
/// without an answer, but what the sessions themselves say.
/// </summary>
public sealed class Counts
{
    private static readonly string _tenant = Entities.Tenants[0];
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task sessions_and_refusals_are_counted_exactly_although_redis_is_away_and_every_process_ends_and_what_was_reported_outlives_their_deaths()
    {
        await using var cluster = await TestCluster.Start(silos: 2);
        using var people = new People(cluster);
        await people.Come(6);
        await Restart(cluster, cluster.Silos[0], gracefully: true);
        await people.Come(4);
        await cluster.Redis.Kill();
        await Until(async () => (await people.Guess()).Status == HttpStatusCode.ServiceUnavailable);
        await cluster.Redis.Run();
        await people.Come(4);
        await Restart(cluster, cluster.Gateways[0], gracefully: true);
        await people.Leave(3);
        await Until(people.AreCounted);

        // Everything is reported now: those that die take nothing with them, and nothing is counted twice afterwards.
        await Restart(cluster, cluster.Silos[1], gracefully: false);
        await Restart(cluster, cluster.Gateways[1], gracefully: false);
        await people.Come(2);
        await people.Leave(2);
        await Until(people.AreCounted);
    }

    private static async Task Restart(TestCluster cluster, Member member, bool gracefully)
    {
        await TestCluster.End(member, gracefully);
        await cluster.Start(member);
        foreach (var waited in cluster.Gateways.Prepend(member))
        {
            await cluster.IsReady(waited);
        }
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(_patience);
        while (!await condition())
        {
            await Task.Delay(50, patience.Token);
        }
    }

    /// <summary>People who come, mistype, use an application, and leave; and what must have been counted of them.</summary>
    private sealed class People : IDisposable
    {
        private readonly TestCluster _cluster;
        private readonly Wire _wire;
        private readonly Traffic _traffic;
        private readonly HttpClient _operator = new() { DefaultRequestHeaders = { { "Authorization", "Bearer " + TestCluster.ManagementToken } } };
        private readonly Queue<Person> _there = [];
        private int _number;
        private long _left;
        private long _leftOfClient;
        private long _refused;
        private long _refusedOfClient;

        public People(TestCluster cluster)
        {
            (_cluster, _wire) = (cluster, new Wire(cluster.Addresses));
            _traffic = new Traffic(_wire, new Recorder(), TimeSpan.Zero);
        }

        public async Task Come(int count)
        {
            for (; count > 0; count--)
            {
                var person = Somebody();
                await Guess(person);
                await AskForTokens(person);
                await Until(person.LogIn);
                await Until(async () => await new Application(_traffic, new Random(_number), person, new Witnesses(1, 2)).CodeCycle(withReplay: false) is not null);
                _there.Enqueue(person);
            }
        }

        /// <summary>They leave in both ways: by themselves, and because an operator signs them out everywhere.</summary>
        public async Task Leave(int count)
        {
            for (; count > 0; count--)
            {
                var person = _there.Dequeue();
                var sessions = await Sessions(person);
                _left += sessions.Count;
                _leftOfClient += sessions.Count(IsOfClient);
                if (count % 2 == 0)
                {
                    await Until(async () => (int)(await _wire.Send(person.Anywhere % _wire.Count, "/logout/finalize?location=/", person.LoginHost, null, ("Accept", "text/html"), ("Cookie", person.Cookie))).Status is >= 200 and < 400);
                }

                await Until(async () =>
                {
                    using var answer = await _operator.DeleteAsync(Address(0, $"/sessions?tenant={_tenant}&subject={Subject(person)}"));
                    return answer.IsSuccessStatusCode;
                });
                Assert.Empty(await Sessions(person));
            }
        }

        public Task<Reply> Guess() => Guess(Somebody());

        public async Task<bool> AreCounted()
        {
            var sessions = (await Task.WhenAll(_there.Select(Sessions))).SelectMany(static list => list).ToList();
            var ofClient = sessions.Count(IsOfClient);
            for (var gateway = 0; gateway < _wire.Count; gateway++)
            {
                var (tenant, client) = (await Status(gateway, "tenant=" + _tenant), await Status(gateway, "client=" + Entities.Web(_tenant)));
                if (tenant != (sessions.Count, sessions.Count + _left, _refused) || client != (ofClient, ofClient + _leftOfClient, _refusedOfClient))
                {
                    return false;
                }
            }

            return ofClient > 0;
        }

        public void Dispose()
        {
            _traffic.Dispose();
            _wire.Dispose();
            _operator.Dispose();
        }

        // A gateway counts what it refuses; what it could not answer was not refused.
        private async Task<Reply> Guess(Person person)
        {
            var reply = await person.Guess(person.Anywhere % _wire.Count);
            _refused += reply.Status == HttpStatusCode.Forbidden ? 1 : 0;
            return reply;
        }

        // A client with a code nobody gave it: its own refusal, and its tenant's.
        private async Task AskForTokens(Person person)
        {
            var reply = await _wire.Send(
                person.Anywhere % _wire.Count,
                "/token",
                person.LoginHost,
                new() { ["grant_type"] = "authorization_code", ["code"] = "nobody-gave-this-code", ["redirect_uri"] = Entities.Callback, ["code_verifier"] = new string('v', 43) },
                Wire.Basic(Entities.Web(_tenant), Entities.Secret));
            var refused = reply.Status == HttpStatusCode.BadRequest ? 1 : 0;
            (_refused, _refusedOfClient) = (_refused + refused, _refusedOfClient + refused);
        }

        private static bool IsOfClient(JsonElement session) => session.GetProperty("clients").GetRawText().Contains(Entities.Web(_tenant), StringComparison.OrdinalIgnoreCase);

        private Person Somebody()
        {
            var number = 7000 + _number++;
            return new Person(_traffic, new Random(number), _tenant, number);
        }

        private async Task<List<JsonElement>> Sessions(Person person) =>
            [.. (await Ask(0, $"/sessions?tenant={_tenant}&subject={Subject(person)}")).GetProperty("sessions").EnumerateArray()];

        private async Task<(long Active, long Begun, long Denied)> Status(int gateway, string query)
        {
            var status = await Ask(gateway, "/status?" + query);
            return (status.GetProperty("active_sessions").GetInt64(), status.GetProperty("sessions").GetInt64(), status.GetProperty("denied_attempts").GetInt64());
        }

        private async Task<JsonElement> Ask(int gateway, string path)
        {
            JsonElement? told = null;
            await Until(async () =>
            {
                using var answer = await _operator.GetAsync(Address(gateway, path));
                if (answer.IsSuccessStatusCode)
                {
                    using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
                    told = json.RootElement.Clone();
                }

                return told is not null;
            });
            return told!.Value;
        }

        private Uri Address(int gateway, string path) => new(_cluster.Gateways[gateway].Management, path);

        private static string Subject(Person person) => Uri.EscapeDataString("subject-of-" + person.Owner.Person);
    }
}
