using System.Text.Json;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Feeds;
using Uitsmijter.Actors.Grains.Revocation;
using Uitsmijter.Actors.Grains.Sessions;
using Uitsmijter.Actors.Grains.Tests.Catalog;
using Uitsmijter.Actors.Grains.Tests.Sessions;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Sessions;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Feeds;

/// <summary>The stored shapes of sessions, catalog, revocations and appointments, against committed files.</summary>
public sealed class StoredStatesTests
{
    private static readonly Dictionary<string, object> _states = new()
    {
        ["session.v1.json"] = SessionState.Of(SomeSession.Of("ada", TimeSpan.FromMinutes(30)), The.Instant),
        ["session-ended.v1.json"] = SessionState.Of(SomeSession.Of("ada"), The.Instant) with { EndedAt = The.Instant.ToUnixTimeMilliseconds(), EndedWhy = SessionEnd.UserInvalid },
        ["session-for-tokens.v1.json"] = SessionState.Of(SomeSession.Of("ada") with { Browser = "Firefox · Windows", HasNoCookie = true }, The.Instant),
        ["activity.v1.json"] = new ActivityRecord
        {
            Begun = 3, Ended = 2, Denied = 1, LastUse = 1_767_323_045_000, LastDenied = 1_767_323_046_000, Sources = [new("process", 7, 1_767_323_047_000)],
        },
        ["subject.v1.json"] = new SubjectRecord
        {
            Sessions = [new() { Sid = "sid", Begun = 1_767_323_045_000, Ends = 1_769_915_045_000 }, new() { Sid = "tokens", Begun = 1_767_323_045_000, Ends = 1_767_330_245_000, HasNoCookie = true }],
            Grants = [new() { Id = "gid", Client = SomeCatalog.Ident(1), Begun = 1_767_323_045_000, Ends = 1_775_099_045_000 }],
            SignedOut = 1_767_323_044_000,
        },
        ["logout-delivery.v1.json"] = new LogoutDeliveryState
        {
            Tenant = "cheese/shop",
            Subject = "ada",
            AnnouncedAt = The.Instant.ToUnixTimeMilliseconds(),
            Clients = [new() { Client = SomeCatalog.Ident(1), ClientId = SomeCatalog.Ident(1).ToString(), Failures = 2, NextAt = The.Instant.AddMinutes(3).ToUnixTimeMilliseconds() }],
            Done = [SomeCatalog.Ident(2)],
        },
        ["catalog.v1.json"] = new FeedHead<CatalogRecord>
        {
            Epoch = 42,
            Last = 104,
            IsFilled = true,
            Segments = ["AAECAwQFBgcI"],
            Tail =
            [
                new() { Number = 101, Tenant = SomeCatalog.Tenant("cheese") },
                new() { Number = 102, Client = SomeCatalog.Client(7, "cheese") },
                new() { Number = 103, RemovedTenant = "old" },
                new() { Number = 104, RemovedClient = SomeCatalog.Ident(8) },
            ],
        },
        ["catalog-segment.v1.json"] = new FeedSegment<CatalogRecord> { Entries = [new() { Number = 1, Client = SomeCatalog.Client(1, "cheese") }] },
        ["feed.v1.json"] = new FeedHead<RevocationRecord>
        {
            Epoch = 42,
            Last = 7,
            Tail = [RevocationRecord.Of(new RevocationEntry(RevocationKind.Grant, "id", The.Instant), 7)],
        },
        ["watch.v1.json"] = new FeedHead<WatchRecord> { Epoch = 42, Last = 7, Tail = [new() { Number = 7, Sid = "sid", DueSeconds = 1_767_323_045 }] },
    };

    public static TheoryData<string> Files => [.. _states.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void a_state_is_stored_as_it_always_was(string file) => Golden.IsWritten(file, _states[file]);

    [Theory]
    [MemberData(nameof(Files))]
    public void a_stored_state_of_an_older_version_is_understood(string file)
    {
        var state = Golden.Read(file, _states[file].GetType());

        Golden.IsWritten(file, state);
    }

    [Fact]
    public void what_an_older_record_lacks_gets_its_default_and_what_a_newer_one_adds_is_skipped()
    {
        const string Stored = """{"n":1,"t":{"tenant":{"name":"cheese","hosts":["a.test"],"someday":{"x":[1]}},"later":true}}""";

        var tenant = JsonSerializer.Deserialize<CatalogRecord>(Stored, StoredJson.Options)!.Tenant!;

        Assert.True(tenant.Tenant.Interceptor.Enabled);
        Assert.True(tenant.Tenant.SilentLogin);
        Assert.Equal(SessionSettings.Default, tenant.Tenant.Sessions);
        Assert.Empty(tenant.Providers);
        Assert.False(tenant.Tenant.AllowedClientNamespaces.IsDefault);
    }
}
