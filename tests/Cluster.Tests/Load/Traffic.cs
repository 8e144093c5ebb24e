using System.Collections.Concurrent;
using Microsoft.IdentityModel.JsonWebTokens;
using Uitsmijter.Actors.Cluster.Tests.Histories;

namespace Uitsmijter.Actors.Cluster.Tests.Load;

/// <summary>What everybody who uses the cluster shares: the way there, the history, the pace, and labels in place of secrets.</summary>
/// <param name="wire">The way to the gateways.</param>
/// <param name="recorder">Where the history is written.</param>
/// <param name="pace">Least time between two operations of the whole traffic.</param>
internal sealed class Traffic(Wire wire, Recorder recorder, TimeSpan pace) : IDisposable
{
    private readonly ConcurrentDictionary<string, string> _labels = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1);
    private int _label;
    private TimeSpan _next;

    /// <summary>The way to the gateways.</summary>
    public Wire Wire => wire;

    /// <summary>The history.</summary>
    public Recorder Recorder => recorder;

    /// <summary>The label of a secret, the same for the same secret.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="secret">The secret; null has no label.</param>
    public string? Label(string kind, string? secret) =>
        secret is null ? null : _labels.GetOrAdd(secret, static (_, made) => $"{made.kind}-{Interlocked.Increment(ref made.self._label)}", (kind, self: this));

    /// <summary>Whom a token names.</summary>
    /// <param name="token">An access or ID token; null for nobody.</param>
    public Owner Named(string? token)
    {
        if (token is null)
        {
            return new();
        }

        var read = new JsonWebToken(token);
        var sid = read.TryGetPayloadValue<string>("sid", out var value) ? value : null;
        return new(
            read.Issuer.Replace("https://id.", "", StringComparison.Ordinal).Replace(".test", "", StringComparison.Ordinal),
            read.TryGetPayloadValue<string>("client_id", out var client) ? client : null,
            read.Subject.Replace("subject-of-", "", StringComparison.Ordinal),
            Label("session", sid));
    }

    /// <summary>Does something in its turn and writes it down.</summary>
    /// <param name="operation">What, without its times and its outcome.</param>
    /// <param name="ask">Asks the gateway.</param>
    /// <param name="told">Adds what the answer tells; its outcome at least.</param>
    public async Task<Reply> Do(Operation operation, Func<int, Task<Reply>> ask, Func<Operation, Reply, Operation> told)
    {
        await Turn();
        var begun = operation with { Number = recorder.Next(), Gateway = operation.IsDirect ? operation.Gateway : wire.Choose(operation.Gateway), Start = recorder.Now };
        var reply = await ask(begun.Gateway);
        var ended = begun with { End = recorder.Now, Status = (int)reply.Status, Reason = reply.Error };
        recorder.Add(told(ended, reply));
        return reply;
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    /// <summary>An operation that is about to be asked.</summary>
    public static Operation About(OperationKind kind, int gateway, Owner owner, string? used = null, string? grant = null) =>
        new() { Number = 0, Kind = kind, Gateway = gateway, Start = default, End = default, Outcome = Outcome.Unknown, Owner = owner, Used = used, Grant = grant };

    private async Task Turn()
    {
        await _turn.WaitAsync();
        try
        {
            var (now, wait) = (recorder.Now, _next - recorder.Now);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait);
            }

            _next = (_next > now ? _next : now) + pace;
        }
        finally
        {
            _turn.Release();
        }
    }
}
