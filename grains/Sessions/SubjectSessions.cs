using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Keys;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Sessions;

namespace Uitsmijter.Actors.Grains.Sessions;

/// <summary>
/// The records of what subjects have open. A login costs one read and one conditional write here and no activation of a grain: whatever runs in parallel, on
/// however many activations and silos, meets the ETag and starts anew. It calls nobody, so that sessions and grants may call it.
/// </summary>
/// <param name="storage">Where the records are.</param>
/// <param name="secrets">The secrets behind the hashes.</param>
/// <param name="activity">Counts sessions per tenant and client.</param>
/// <param name="clock">The clock.</param>
public sealed class SubjectSessions([FromKeyedServices(StorageNames.Durable)] IGrainStorage storage, ClusterSecrets secrets, SiloActivity activity, TimeProvider clock)
{
    private const string StateName = "subject";
    private const string Segment = "subject";
    private const int Attempts = 12;
    private const int MostKeys = 10_000;

    private static readonly GrainType _type = GrainType.Create(StateName);

    private readonly ConcurrentDictionary<string, ImmutableArray<ImmutableArray<byte>>> _nameKeys = new(StringComparer.Ordinal);

    /// <summary>One person's logins in this silo take turns: only other silos cost another attempt.</summary>
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(static _ => new SemaphoreSlim(1))];

    /// <summary>Counts sessions per tenant and client, beside the list of who they are.</summary>
    internal SiloActivity Activity => activity;

    /// <summary>A session begins; durable before it returns.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="session">The session.</param>
    /// <returns>Sessions that have to end, because the subject has too many.</returns>
    public async Task<ImmutableArray<string>> Open(string tenant, string subject, SubjectSession session)
    {
        ImmutableArray<string> displaced = [];
        await Change(await KeyOf(tenant, subject), record =>
        {
            (record, displaced) = SubjectRules.Opened(record, session, clock.GetUtcNow());
            return record;
        });
        return displaced;
    }

    /// <summary>A grant begins that outlives its session; durable before it returns.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="grant">The grant.</param>
    /// <param name="authTime">When the person logged in for it.</param>
    /// <returns>Grants that have to end, because the subject has too many; null when this one must not begin, because the person has signed out since.</returns>
    public async Task<ImmutableArray<string>?> Keep(string tenant, string subject, SubjectGrant grant, DateTimeOffset authTime)
    {
        ImmutableArray<string>? displaced = null;
        await Change(await KeyOf(tenant, subject), record =>
        {
            var kept = SubjectRules.Kept(record, grant, authTime, clock.GetUtcNow());
            displaced = kept?.Displaced;
            return kept?.Record ?? record;
        });
        return displaced;
    }

    /// <summary>Sessions and grants are over.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="ended">Ids of both.</param>
    public async Task Forget(string tenant, string subject, params IReadOnlyCollection<string> ended)
    {
        foreach (var key in await KeysOf(tenant, subject))
        {
            await Change(key, record => SubjectRules.Without(record, ended, clock.GetUtcNow()));
        }
    }

    /// <summary>What storage says now.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="subject">The subject.</param>
    public async Task<SubjectRecord> Read(string tenant, string subject)
    {
        var found = SubjectRecord.Empty;
        foreach (var key in await KeysOf(tenant, subject))
        {
            var state = new GrainState<SubjectRecord>();
            await storage.ReadStateAsync(StateName, key, state);
            found = state.RecordExists ? Joined(found, state.State!) : found;
        }

        return found;
    }

    /// <summary>Marks the sign-out; from then on nothing that rests on an older login is added.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="subject">The subject.</param>
    /// <returns>What has to be ended.</returns>
    public async Task<SubjectRecord> SignOut(string tenant, string subject)
    {
        var found = SubjectRecord.Empty;
        foreach (var key in await KeysOf(tenant, subject))
        {
            found = Joined(found, await Change(key, record => SubjectRules.SignedOut(record, clock.GetUtcNow())));
        }

        return found;
    }

    private static SubjectRecord Joined(SubjectRecord first, SubjectRecord second) => new()
    {
        Sessions = [.. second.Sessions, .. first.Sessions],
        Grants = [.. second.Grants, .. first.Grants],
        SignedOut = first.SignedOut is null || second.SignedOut > first.SignedOut ? second.SignedOut : first.SignedOut,
    };

    /// <summary>Reads, decides, writes under the ETag that was read; from the beginning when somebody else wrote meanwhile.</summary>
    /// <exception cref="InvalidOperationException">Others were faster every time.</exception>
    private async Task<SubjectRecord> Change(GrainId key, Func<SubjectRecord, SubjectRecord> decide)
    {
        var turn = _turns[key.GetUniformHashCode() % (uint)_turns.Length];
        await turn.WaitAsync();
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var state = new GrainState<SubjectRecord>();
                await storage.ReadStateAsync(StateName, key, state);
                var before = state.RecordExists ? state.State! : SubjectRecord.Empty;
                var next = decide(before);
                if (ReferenceEquals(next, before) || await TryWrite(key, state, next))
                {
                    return next;
                }

                if (attempt == Attempts)
                {
                    throw new InvalidOperationException("What the subject has open kept changing; ask again.");
                }
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<bool> TryWrite(GrainId key, GrainState<SubjectRecord> state, SubjectRecord next)
    {
        try
        {
            if (!next.IsEmpty)
            {
                state.State = next;
                await storage.WriteStateAsync(StateName, key, state);
            }
            else if (state.RecordExists)
            {
                await storage.ClearStateAsync(StateName, key, state);
            }
        }
        catch (InconsistentStateException)
        {
            return false;
        }

        return true;
    }

    private async ValueTask<GrainId> KeyOf(string tenant, string subject) => KeyOf(tenant, subject, (await NameKeysOf(tenant))[0]);

    /// <summary>Under the present secrets first; then where the record lies since before they were changed.</summary>
    private async ValueTask<ImmutableArray<GrainId>> KeysOf(string tenant, string subject) => [.. (await NameKeysOf(tenant)).Select(key => KeyOf(tenant, subject, key))];

    private static GrainId KeyOf(string tenant, string subject, ImmutableArray<byte> nameKey) =>
        GrainId.Create(_type, NamedKeys.Of(tenant, Segment, nameKey, subject));

    private async ValueTask<ImmutableArray<ImmutableArray<byte>>> NameKeysOf(string tenant)
    {
        if (_nameKeys.TryGetValue(tenant, out var known))
        {
            return known;
        }

        var made = DerivedKeyRules.NameKeys(await secrets.Read(CancellationToken.None), tenant);
        if (_nameKeys.Count < MostKeys)
        {
            _nameKeys[tenant] = made;
        }

        return made;
    }
}
