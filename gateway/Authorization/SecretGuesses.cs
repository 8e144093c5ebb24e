using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>
/// Slows down who guesses secrets of clients (RFC 6749 §2.3.1, decision 0078). Wrong secrets are counted for the whole cluster, per client and network. A gateway that has seen a wrong one asks the
/// counter before the next secret of that client from that network is looked at; everybody else pays nothing. A secret that was right here before is never held up: who knows it need not guess.
/// </summary>
internal sealed partial class SecretGuesses(
    ClientAllowance allowance, Visits visits, TimeProvider clock, ILogger<SecretGuesses> logger)
{
    /// <summary>How long a wrong secret is remembered here, beside the time its count needs to be forgiven.</summary>
    private static readonly TimeSpan _memory = TimeSpan.FromMinutes(10);

    /// <summary>Pairs of client and network; who comes from more networks than this is slowed in none.</summary>
    private const int Most = 10_000;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);
    private readonly ConcurrentDictionary<(Guid Client, string Network), Wrongs> _wrongs = new();
    private readonly ConcurrentDictionary<Guid, byte[]> _right = new();

    /// <summary>Asks before a secret is looked at.</summary>
    /// <param name="context">The request.</param>
    /// <param name="client">The client the request names, or null for one nobody knows: there is nothing to guess.</param>
    /// <param name="proof">What it sent.</param>
    /// <returns>What to hand to <see cref="Tell"/>; a refusal where the secret must not be looked at.</returns>
    public async ValueTask<SecretGuess> Ask(HttpContext context, Client? client, ClientProof proof)
    {
        if (client is not { IsConfidential: true } || !IsGuessable(proof))
        {
            return default;
        }

        var address = visits.Request(context)?.Client ?? IPAddress.None;
        var digest = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(proof.Secret!));
        var isKnown = _right.TryGetValue(client.Ident, out var right) && CryptographicOperations.FixedTimeEquals(right, digest);
        var guess = new SecretGuess(client, address, digest, isKnown, IsTaken: false, null);
        if (isKnown
            || !_wrongs.TryGetValue((client.Ident, NetworkRules.Normalise(address)), out var wrongs)
            || wrongs.IsOver(clock.GetTimestamp(), clock))
        {
            return guess;
        }

        return wrongs.Wait(clock) is { } wait ? Refuse(context, guess, wait) : await Take(context, guess, wrongs);
    }

    /// <summary>Tells what became of the secret. Never fails: what was granted or refused stands, whatever becomes of its count.</summary>
    /// <param name="guess">What <see cref="Ask"/> returned.</param>
    /// <param name="standing">What a silo said of it.</param>
    public async ValueTask Tell(SecretGuess guess, SecretStanding standing)
    {
        if (guess.Client is not { } client)
        {
            return;
        }

        if (standing == SecretStanding.Right)
        {
            Bound(_right);
            _right[client.Ident] = guess.Digest!;
        }

        try
        {
            await (standing == SecretStanding.Wrong ? Count(guess, client) : guess.IsTaken ? GiveBack(guess, client) : Task.CompletedTask);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // A failure too many, which time forgives, or one that this gateway alone remembers.
            LogUncounted(logger, failure);
        }
    }

    /// <summary>What a refusal says of the secret that was sent.</summary>
    /// <param name="error">The refusal.</param>
    public static SecretStanding StandingOf(OAuthError error) => error.Reason == Reasons.ErrorWrongClientSecret ? SecretStanding.Wrong : SecretStanding.Unknown;

    // Signatures are not guessed: one by a private key never, and one by a secret only where that is short, which client_secret_jwt refuses.
    private static bool IsGuessable(ClientProof proof) => proof is { Kind: ClientProofKind.Basic or ClientProofKind.Post, Secret.Length: > 0 };

    private async Task Count(SecretGuess guess, Client client)
    {
        // One that was right here before was exchanged since: whoever still sends it guesses nothing, and must not make those wait who send the new one.
        if (guess.IsKnown)
        {
            return;
        }

        var wrongs = Mark(client, guess.Address!);
        if (!guess.IsTaken && await Counter(client, guess.Address!, CancellationToken.None) is { } counter
            && await counter.Take(CancellationToken.None) is { Allowed: false } verdict)
        {
            wrongs.Held(clock, verdict.RetryAfter);
        }
    }

    private async Task GiveBack(SecretGuess guess, Client client)
    {
        if (await Counter(client, guess.Address!, CancellationToken.None) is { } counter)
        {
            await counter.GiveBack(clear: false);
        }
    }

    private async ValueTask<SecretGuess> Take(HttpContext context, SecretGuess guess, Wrongs wrongs)
    {
        if (await Counter(guess.Client!, guess.Address!, context.RequestAborted) is not { } counter)
        {
            return guess with { Refusal = OAuthError.Unavailable() };
        }

        var verdict = await counter.Take(context.RequestAborted);
        if (verdict.Allowed)
        {
            return guess with { IsTaken = true };
        }

        wrongs.Held(clock, verdict.RetryAfter);
        return Refuse(context, guess, verdict.RetryAfter);
    }

    private static SecretGuess Refuse(HttpContext context, SecretGuess guess, TimeSpan wait) => guess with
    {
        Refusal = ClientAllowance.TooMany(context, wait, Reasons.TooManyWrongSecrets, "Too many wrong secrets of this client came from this network. Wait as long as Retry-After says."),
    };

    private ValueTask<ILoginThrottleGrain?> Counter(Client client, IPAddress address, CancellationToken cancellationToken) =>
        allowance.Counter(client, address, ThrottleKeyRules.ClientSecret, cancellationToken);

    private Wrongs Mark(Client client, IPAddress address)
    {
        if (_wrongs.Count >= Most)
        {
            foreach (var (key, _) in _wrongs.Where(each => each.Value.IsOver(clock.GetTimestamp(), clock)))
            {
                _wrongs.TryRemove(key, out _);
            }
        }

        Bound(_wrongs);
        var wrongs = _wrongs.GetOrAdd((client.Ident, NetworkRules.Normalise(address)), static _ => new Wrongs());
        wrongs.Add(clock.GetTimestamp());
        return wrongs;
    }

    private static void Bound<TKey, TValue>(ConcurrentDictionary<TKey, TValue> some)
        where TKey : notnull
    {
        if (some.Count >= Most)
        {
            some.Clear();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A secret of a client was judged and could not be counted")]
    private static partial void LogUncounted(ILogger logger, Exception failure);

    /// <summary>Wrong secrets of one client from one network, as this gateway saw them.</summary>
    private sealed class Wrongs
    {
        private readonly Lock _lock = new();
        private int _count;
        private long _last;
        private long _heldAt;
        private TimeSpan _held;

        public void Add(long now)
        {
            lock (_lock)
            {
                _count++;
                _last = now;
            }
        }

        public void Held(TimeProvider clock, TimeSpan wait)
        {
            lock (_lock)
            {
                (_heldAt, _held) = (clock.GetTimestamp(), wait);
            }
        }

        public bool IsOver(long now, TimeProvider clock)
        {
            lock (_lock)
            {
                return clock.GetElapsedTime(_last, now) > _memory + (_count * ThrottlePolicy.ForClientSecret.ForgiveEvery);
            }
        }

        public TimeSpan? Wait(TimeProvider clock)
        {
            lock (_lock)
            {
                return _held - clock.GetElapsedTime(_heldAt) is var left && left > TimeSpan.Zero ? left : null;
            }
        }
    }
}

/// <summary>A secret that is about to be looked at. Never printed.</summary>
/// <param name="Client">The client it is for; null where nothing is counted.</param>
/// <param name="Address">Where it came from.</param>
/// <param name="Digest">The secret under a key of this process.</param>
/// <param name="IsKnown">Whether it was right here before.</param>
/// <param name="IsTaken">Whether it was counted before it is looked at.</param>
/// <param name="Refusal">Why it must not be looked at; null where it may.</param>
internal readonly record struct SecretGuess(Client? Client, IPAddress? Address, byte[]? Digest, bool IsKnown, bool IsTaken, OAuthError? Refusal)
{
    /// <inheritdoc />
    public override string ToString() => "SecretGuess { *** }";
}

/// <summary>What a silo said of a secret.</summary>
internal enum SecretStanding
{
    /// <summary>Nobody looked at it, or the answer was about something else.</summary>
    Unknown = 0,

    /// <summary>It is the client's.</summary>
    Right,

    /// <summary>It is not.</summary>
    Wrong,
}
