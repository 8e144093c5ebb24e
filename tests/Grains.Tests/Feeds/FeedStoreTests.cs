using System.Globalization;
using Orleans.Runtime;
using Orleans.Storage;
using Uitsmijter.Actors.Grains.Feeds;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Feeds;

public sealed class FeedStoreTests
{
    private static readonly GrainId _owner = GrainId.Create("feed-of-the-tests", "one");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task what_was_appended_is_there_after_any_number_of_restarts(int seed)
    {
        var (random, storage, model) = (new Random(seed), new TestStorage(), new Dictionary<string, Note>());
        var feed = await Feed.Open(storage);

        for (var round = 0; round < 400; round++)
        {
            foreach (var note in await feed.Append(Some(random, feed.Store.Last)))
            {
                model[note.Key] = note;
            }

            if (random.Next(5) == 0)
            {
                feed = await Feed.Open(storage);
                Assert.Equal(model.Values.OrderBy(static note => note.Number), feed.Index.After(0));
            }
        }

        Assert.Equal(model.Values.Max(static note => note.Number), feed.Store.Last);
    }

    [Theory]
    [Trait("Attack", "47")]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task a_storage_that_fails_anywhere_loses_nothing_that_was_acknowledged(int seed)
    {
        var (random, storage, acknowledged) = (new Random(seed), new TestStorage(), new Dictionary<string, Note>());
        var feed = await Feed.Open(storage);

        for (var round = 0; round < 600; round++)
        {
            var notes = Some(random, feed.Store.Last);
            FailSometimes(storage, random);
            try
            {
                await feed.Append(notes);
                notes.ForEach(note => acknowledged[note.Key] = note);
            }
            catch (IOException)
            {
                // Unknown outcome: storage decides. What is there now counts as published.
                (storage.Before, storage.After) = (null, null);
                feed = await Feed.Open(storage);
                notes.ForEach(note => Settle(acknowledged, note, feed));
            }
        }

        (storage.Before, storage.After) = (null, null);
        Assert.Equal(acknowledged.Values.OrderBy(static note => note.Number), (await Feed.Open(storage)).Index.After(0));
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    public async Task of_two_activations_one_wins_each_round_and_no_number_means_two_things(int seed)
    {
        var (random, storage, won) = (new Random(seed), new TestStorage(), new Dictionary<long, Note>());
        Feed[] activations = [await Feed.Open(storage), await Feed.Open(storage)];

        for (var round = 0; round < 300; round++)
        {
            var which = random.Next(2);
            var notes = Some(random, activations[which].Store.Last);
            try
            {
                await activations[which].Append(notes);
                notes.ForEach(note => won.Add(note.Number, note));
            }
            catch (InconsistentStateException)
            {
                activations[which] = await Feed.Open(storage);
            }
        }

        var newest = won.Values.GroupBy(static note => note.Key).Select(static notes => notes.MaxBy(static note => note.Number)!);
        Assert.Equal(newest.OrderBy(static note => note.Number), (await Feed.Open(storage)).Index.After(0));
    }

    [Fact]
    public async Task an_append_stays_small_however_much_there_is()
    {
        var storage = new TestStorage();
        var feed = await Feed.Open(storage);
        for (var batch = 0; batch < 50; batch++)
        {
            await feed.Append([.. Enumerable.Range(batch * 2_000, 2_000).Select(number => new Note(number + 1, $"{number}", 0))]);
        }

        storage.ForgetWrites();
        for (var number = 100_001; number <= 101_000; number++)
        {
            await feed.Append([new Note(number, $"{number}", 1)]);
        }

        Assert.InRange(storage.Writes.Count, 1_000, 1_100);
        Assert.InRange(storage.Writes.Bytes / 1_000, 1, 4 * 1024);
    }

    [Fact]
    public async Task replaced_entries_give_their_room_back()
    {
        var storage = new TestStorage();
        var feed = await Feed.Open(storage);

        for (var number = 1; number <= 50_000; number++)
        {
            await feed.Append([new Note(number, $"{number % 500}", number)]);
        }

        Assert.InRange(storage.Records.Sum(static record => record.Value.Length), 1, 200_000);
        Assert.InRange(storage.Records.Count, 1, 20);
    }

    [Fact]
    public async Task a_lost_segment_is_noticed()
    {
        var storage = new TestStorage();
        var feed = await Feed.Open(storage);
        await feed.Append([.. Enumerable.Range(1, 3_000).Select(static number => new Note(number, $"{number}", 0))]);

        storage.Lose(static key => key.Contains("/notes-", StringComparison.Ordinal));

        var (_, isDamaged) = await feed.Reopen().LoadAsync();
        Assert.True(isDamaged);
    }

    private static List<Note> Some(Random random, long last) =>
        [.. Enumerable.Range(0, random.Next(12) == 0 ? 300 : random.Next(1, 4)).Select(_ => new Note(++last, random.Next(700).ToString(CultureInfo.InvariantCulture), random.Next()))];

    private static void FailSometimes(TestStorage storage, Random random)
    {
        Task Fail(int oneIn) => random.Next(oneIn) == 0 ? Task.FromException(new IOException("The storage of the tests fails now.")) : Task.CompletedTask;
        storage.Before = (_, _) => Fail(10);
        storage.After = (_, _) => Fail(10);
    }

    private static void Settle(Dictionary<string, Note> acknowledged, Note note, Feed feed)
    {
        if (feed.Index.Find(note.Key) is { } stored && stored.Number >= note.Number)
        {
            acknowledged[note.Key] = stored;
        }
    }

    internal sealed record Note(long Number, string Key, int Value) : IFeedEntry<string>
    {
        public int Weight => 32;
    }

    private sealed class Feed(FeedStore<string, Note> store, TestStorage storage)
    {
        public FeedStore<string, Note> Store { get; } = store;

        public FeedIndex<string, Note> Index { get; } = new();

        public static async Task<Feed> Open(TestStorage storage)
        {
            var feed = new Feed(new FeedStore<string, Note>(storage, _owner, "notes"), storage);
            var (notes, isDamaged) = await feed.Store.LoadAsync();
            Assert.False(isDamaged);
            feed.Index.Fill(notes);
            return feed;
        }

        public FeedStore<string, Note> Reopen() => new(storage, _owner, "notes");

        public async Task<List<Note>> Append(List<Note> notes)
        {
            var added = notes.GroupBy(static note => note.Key).ToDictionary(static same => same.Key, static same => same.Last());
            await Store.AppendAsync(notes, note => added.TryGetValue(note.Key, out var newer) ? ReferenceEquals(newer, note) : Index.IsNewest(note));
            notes.ForEach(Index.Add);
            return notes;
        }
    }
}
