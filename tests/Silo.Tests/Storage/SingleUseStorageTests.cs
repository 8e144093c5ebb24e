using Orleans.Runtime;
using Orleans.Storage;
using Uitsmijter.Actors.Grains;
using Uitsmijter.Actors.Silo.Storage;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Storage;

/// <summary>What single-use records become in hard moments, without a Redis.</summary>
[Trait("Attack", "50")]
public sealed class SingleUseStorageTests : IStoredTrust
{
    private static readonly GrainId _grain = GrainId.Create("ticket-of-the-tests", "one");
    private readonly OneRecord _records = new();
    private readonly SpentVersions _versions = new(TimeProvider.System);
    private readonly SingleUseStorage _storage;
    private bool _isTrusted = true;

    private bool _isMemoryTrusted = true;

    public SingleUseStorageTests() => _storage = new(_records, _versions, this, isBrief: false, TimeProvider.System);

    Task IStoredTrust.OfRead() => _isTrusted ? Task.CompletedTask : Task.FromException(new TimeoutException());

    Task IStoredTrust.OfMemory() => _isMemoryTrusted ? Task.CompletedTask : Task.FromException(new TimeoutException());

    [Fact]
    public async Task a_silo_that_stood_still_uses_up_nothing_it_held_before_it_has_looked_whether_storage_went_back()
    {
        var (held, other) = (await Make(), await Read());
        await Write(other, isUsed: true);
        _records.Put(new Ticket(), held.ETag!);
        _isMemoryTrusted = false;

        await Assert.ThrowsAsync<TimeoutException>(() => Write(held, isUsed: true));

        _isMemoryTrusted = true;
        await Assert.ThrowsAsync<InconsistentStateException>(() => Write(held, isUsed: true));
    }

    [Fact]
    public async Task what_nobody_may_believe_yet_is_not_left_in_the_hands_of_the_grain()
    {
        var held = await Make();
        await Write(held, isUsed: true);
        _records.Put(new Ticket(), "restored");
        _isTrusted = false;

        await Assert.ThrowsAsync<TimeoutException>(() => _storage.ReadStateAsync("ticket", _grain, held));

        Assert.True(held.State!.IsUsed);
        Assert.NotEqual("restored", held.ETag);
    }

    [Fact]
    public async Task a_write_that_was_taken_without_an_answer_used_up_what_it_replaced()
    {
        var ticket = await Make();
        var replaced = ticket.ETag!;
        _records.LosesAnswers = true;
        await Assert.ThrowsAsync<TimeoutException>(() => Write(ticket, isUsed: true));
        _records.LosesAnswers = false;
        Assert.True((await Read()).State!.IsUsed);

        _records.Put(new Ticket(), replaced);

        Assert.True((await Read()).State!.IsUsed);
    }

    [Fact]
    public async Task a_write_that_was_not_taken_used_up_nothing()
    {
        var ticket = await Make();
        _records.IsAway = true;
        await Assert.ThrowsAsync<TimeoutException>(() => Write(ticket, isUsed: true));
        _records.IsAway = false;

        Assert.False((await Read()).State!.IsUsed);
        Assert.False((await Read()).State!.IsUsed);
        await Write(await Read(), isUsed: true);
    }

    private async Task<GrainState<Ticket>> Make()
    {
        var state = new GrainState<Ticket>(new Ticket());
        await _storage.WriteStateAsync("ticket", _grain, state);
        return await Read();
    }

    private async Task<GrainState<Ticket>> Read()
    {
        var state = new GrainState<Ticket>(new Ticket());
        await _storage.ReadStateAsync("ticket", _grain, state);
        return state;
    }

    private Task Write(GrainState<Ticket> ticket, bool isUsed)
    {
        ticket.State = new Ticket { IsUsed = isUsed };
        return _storage.WriteStateAsync("ticket", _grain, ticket);
    }

    private sealed record Ticket : ISpendable
    {
        public bool IsUsed { get; init; }

        bool ISpendable.IsUse => IsUsed;

        public ISpendable Spent(DateTimeOffset at) => this with { IsUsed = true };
    }

    /// <summary>A storage of one record.</summary>
    private sealed class OneRecord : IGrainStorage
    {
        private (object State, string ETag)? _record;
        private int _versions;

        /// <summary>Takes what is written, and does not say so.</summary>
        public bool LosesAnswers { get; set; }

        /// <summary>Takes nothing.</summary>
        public bool IsAway { get; set; }

        public void Put(object state, string version) => _record = (state, version);

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            (grainState.State, grainState.ETag, grainState.RecordExists) = _record is var (state, version) && state is not null
                ? ((T)state, version, true) : (Activator.CreateInstance<T>(), null!, false);
            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            if (IsAway)
            {
                return Task.FromException(new TimeoutException());
            }

            if (_record?.ETag != grainState.ETag)
            {
                return Task.FromException(new InconsistentStateException());
            }

            _record = (grainState.State!, $"v{++_versions}");
            if (LosesAnswers)
            {
                return Task.FromException(new TimeoutException());
            }

            (grainState.ETag, grainState.RecordExists) = (_record.Value.ETag, true);
            return Task.CompletedTask;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();
    }
}
