using System.Collections.Immutable;
using Uitsmijter.Actors.GrainInterfaces.Catalog;

namespace Uitsmijter.Actors.GrainInterfaces.Revocation;

/// <summary>
/// One shard of the durable, numbered feed of revoked ids. Key: shard number, 0 to <see cref="Shards"/> − 1; an id's shard is
/// <see cref="ShardOf"/>. An entry is stored before <see cref="Append"/> returns and lives as long as the longest token it ends.
/// </summary>
[Alias("uitsmijter.revocation-feed")]
public interface IRevocationFeedGrain : IGrainWithIntegerKey
{
    /// <summary>How many shards there are; part of the stored layout.</summary>
    public const int Shards = 4;

    /// <summary>The shard of an id: stable over processes and versions (FNV-1a over its UTF-16 units).</summary>
    /// <param name="id">Session, grant or token id.</param>
    public static int ShardOf(string id)
    {
        var hash = 2166136261u;
        foreach (var unit in id)
        {
            hash = unchecked((hash ^ unit) * 16777619u);
        }

        return (int)(hash % Shards);
    }

    /// <summary>Appends an entry, or finds it there already.</summary>
    /// <param name="revocation">What is revoked, and until when tokens of it may live.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("append"), Idempotent]
    Task Append(RevocationEntry revocation, CancellationToken cancellationToken);

    /// <summary>Entries after a number, in order.</summary>
    /// <param name="epoch">Epoch of the reader's mirror, 0 for an empty one; another epoch answers from the beginning.</param>
    /// <param name="since">Number of the newest entry the reader has.</param>
    /// <param name="limit">At most this many entries.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Alias("read"), Idempotent]
    Task<RevocationPage> Read(long epoch, long since, int limit, CancellationToken cancellationToken);

    /// <summary>Whether an id is revoked, for whoever has no mirror that is level with the feed.</summary>
    /// <param name="kind">What kind of id.</param>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Alias("contains"), Idempotent]
    Task<bool> Contains(RevocationKind kind, string id, CancellationToken cancellationToken);

    /// <summary>Registers a mirror for nudges; repeat at least every minute.</summary>
    /// <param name="observer">The mirror.</param>
    [Alias("subscribe"), Idempotent]
    Task Subscribe(IFeedObserver observer);
}

/// <summary>One revoked id.</summary>
/// <param name="Kind">What kind of id.</param>
/// <param name="Id">The id; never a secret.</param>
/// <param name="Until">No token of it lives longer than this; the entry may be dropped then.</param>
[GenerateSerializer, Immutable, Alias("uitsmijter.revocation.entry")]
public sealed record RevocationEntry(
    [property: Id(0)] RevocationKind Kind,
    [property: Id(1)] string Id,
    [property: Id(2)] DateTimeOffset Until);

/// <summary>What a revoked id names.</summary>
[GenerateSerializer, Alias("uitsmijter.revocation.kind")]
public enum RevocationKind
{
    /// <summary>A session (<c>sid</c>): its cookie and every token that carries it.</summary>
    Session = 0,

    /// <summary>A grant: the tokens one client was given.</summary>
    Grant = 1,

    /// <summary>One token (<c>jti</c>).</summary>
    Token = 2,
}

/// <summary>A page of the feed.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.revocation.page")]
public sealed record RevocationPage
{
    /// <summary>Identifies one life of the shard's numbering; when it differs from the mirror's, the mirror starts empty with this page.</summary>
    [Id(0)] public required long Epoch { get; init; }

    /// <summary>Number of the last entry in this page, or of the reader's when it is empty.</summary>
    [Id(1)] public required long Number { get; init; }

    /// <summary>True when more entries follow at once.</summary>
    [Id(2)] public bool More { get; init; }

    /// <summary>The entries in order.</summary>
    [Id(3)] public ImmutableArray<RevocationEntry> Entries { get; init; } = [];
}
