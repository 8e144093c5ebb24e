using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Concurrency;
using Orleans.Runtime.Messaging;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;
using Orleans.Services;
using Uitsmijter.Actors.GrainInterfaces;

namespace Uitsmijter.Actors.Hosting;

/// <summary>
/// Asks again where a silo has just died, stops, or has just come, so that nobody outside notices (design §5). A call that was certainly not executed,
/// because it was rejected or never left this process, is asked again whatever it does. One whose outcome nobody knows is asked again only where its method
/// is <see cref="IdempotentAttribute">idempotent</see>: a redemption that was executed and asked again would be judged a replay and end what it issued.
/// </summary>
/// <param name="clock">Measures elapsed time.</param>
/// <param name="budget">No call is asked again after this time; longer than a silo's death takes to be declared.</param>
/// <param name="attempt">
/// The first attempt of an idempotent call is given up after this time: a message inside a silo that dies is lost without a word. Null where calls may stay
/// inside the process, which shares their arguments.
/// </param>
/// <param name="losses">Tells when a silo is lost through which calls may be under way; null where there is none in between.</param>
internal sealed class RepeatedCalls(TimeProvider clock, TimeSpan budget, TimeSpan? attempt, SiloLosses? losses = null) : IOutgoingGrainCallFilter
{
    /// <summary>How long a gateway asks again; the pages' and clients' patience ends soon after.</summary>
    public static readonly TimeSpan OfGateways = TimeSpan.FromSeconds(10);

    /// <summary>How long a silo asks again, shorter than <see cref="OfGateways"/> and than a response takes: who asked it must still hear what it says.</summary>
    public static readonly TimeSpan OfSilos = TimeSpan.FromSeconds(8);

    /// <summary>Ten times what a busy cluster takes for a read.</summary>
    public static readonly TimeSpan FirstAttempt = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan _shortestPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan _longestPause = TimeSpan.FromMilliseconds(250);
    private static readonly ConcurrentDictionary<MethodInfo, Manner> _manners = new();

    private enum Manner
    {
        /// <summary>Orleans' own affair, nobody waits for an answer, or asked of one certain silo: another answer would be none.</summary>
        Once,

        /// <summary>Orleans looks for the silo of a grain, before it sends the call that wants it.</summary>
        Addressing,

        /// <summary>Again if it was not executed.</summary>
        AtMostOnce,

        /// <summary>Again if nobody knows.</summary>
        Idempotent,
    }

    /// <summary>
    /// Lets <see cref="ConnectionFailedException"/> travel: a silo that cannot enter a new activation into its directory, because the silo that keeps the entry has died, rejects the call with it. Orleans gives
    /// it no codec, so the rejection could not be written, and who asked heard of a missing codec instead of a call that was not executed.
    /// </summary>
    /// <param name="services">Services of a silo or a client.</param>
    public static void LetRejectionsTravel(IServiceCollection services) =>
        services.Configure<ExceptionSerializationOptions>(static options => options.SupportedNamespacePrefixes.Add(typeof(ConnectionFailedException).Namespace!));

    /// <inheritdoc />
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        var manner = context.InterfaceMethod is { } method ? _manners.GetOrAdd(method, MannerOf) : Manner.Once;
        if (manner is Manner.Once or Manner.Addressing)
        {
            await AskOnce(context, manner);
            return;
        }

        await AskAgain(context, manner);
    }

    private async Task AskOnce(IOutgoingGrainCallContext context, Manner manner)
    {
        try
        {
            await context.Invoke();
        }
        catch (SiloUnavailableException failure) when (manner == Manner.Addressing)
        {
            // Whoever could have said where the grain is has died. The call that wants it fails with this very exception, and it has not been sent.
            throw new ConnectionFailedException($"The silo of a grain is not known yet ({context.MethodName}).", failure);
        }
        catch (Exception failure) when (manner == Manner.Once && IsNotExecuted(failure) && IsInsideGrain(context))
        {
            // Not asked again, and no rejection of the call that asks here either.
            throw AsSeenByCallers(context, failure);
        }
    }

    private async Task AskAgain(IOutgoingGrainCallContext context, Manner manner)
    {
        var started = clock.GetTimestamp();
        var limit = attempt;
        for (var pause = _shortestPause; ; pause = pause + pause < _longestPause ? pause + pause : _longestPause)
        {
            try
            {
                await (attempt is not null && manner == Manner.Idempotent ? Try(context, limit) : context.Invoke());
                return;
            }
            catch (LostCallException lost)
            {
                // Once is for a message that was lost; twice would be a cluster that is slow, and asking more does not make it faster. Each silo is lost once.
                limit = lost.WithSilo ? limit : null;
                continue;
            }
            catch (Exception failure) when (IsNotExecuted(failure) || (manner == Manner.Idempotent && failure is SiloUnavailableException))
            {
                if (clock.GetElapsedTime(started) + pause >= budget)
                {
                    throw AsSeenByCallers(context, failure);
                }
            }

            await Task.Delay(pause, clock, TokenOf(context.Request).Given);
        }
    }

    private static Manner MannerOf(MethodInfo method) =>
        method.DeclaringType?.Namespace is "Orleans.GrainDirectory" or "Orleans.Runtime.GrainDirectory" ? Manner.Addressing
        : method.DeclaringType?.Namespace is not { } home
        || !(home.StartsWith("Uitsmijter.", StringComparison.Ordinal) || home == "Orleans.Storage")
        || method.IsDefined(typeof(OneWayAttribute))
        || typeof(IGrainService).IsAssignableFrom(method.DeclaringType) ? Manner.Once
        : method.IsDefined(typeof(IdempotentAttribute)) ? Manner.Idempotent
        : Manner.AtMostOnce;

    // A system target or a client asks for Orleans itself: only what a grain asks belongs to a call that has begun.
    private static bool IsInsideGrain(IOutgoingGrainCallContext context) => context.SourceId is { } source && !source.IsSystemTarget() && !source.IsClient();

    private async Task Try(IOutgoingGrainCallContext context, TimeSpan? limit)
    {
        if (TokenOf(context.Request) is not (>= 0 and var index, var given))
        {
            await context.Invoke();
            return;
        }

        var loss = losses?.Next ?? CancellationToken.None;
        using var over = new CancellationTokenSource(limit ?? Timeout.InfiniteTimeSpan, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(given, over.Token, loss);
        context.Request.SetArgument(index, either.Token);
        try
        {
            await context.Invoke();
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested && !given.IsCancellationRequested)
        {
            throw new LostCallException(withSilo: loss.IsCancellationRequested);
        }
        finally
        {
            context.Request.SetArgument(index, given);
        }
    }

    private static (int Index, CancellationToken Given) TokenOf(IInvokable request)
    {
        for (var i = request.GetArgumentCount() - 1; i >= 0; i--)
        {
            if (request.GetArgument(i) is CancellationToken token)
            {
                return (i, token);
            }
        }

        return (-1, default);
    }

    // To whoever called the grain that asks here, this is no rejection of its own call: that one has begun, and nobody knows how far it came.
    private Exception AsSeenByCallers(IOutgoingGrainCallContext context, Exception failure) =>
        attempt is null && IsNotExecuted(failure) ? new SiloUnavailableException($"A silo that was needed could not be reached ({context.MethodName}).", failure) : failure;

    // Exactly these: a grain's own exceptions come back as what they are, and those of calls it made itself are changed above. The third one is said by a silo
    // that ends before it has looked for a place for the call; by its type alone it could be one that was lost.
    private static bool IsNotExecuted(Exception failure) =>
        failure.GetType() == typeof(OrleansMessageRejectionException)
        || failure.GetType() == typeof(ConnectionFailedException)
        || (failure.GetType() == typeof(SiloUnavailableException) && failure.Message.StartsWith("Silo '", StringComparison.Ordinal) && failure.Message.EndsWith("' is shutting down.", StringComparison.Ordinal));

    /// <summary>The first attempt took too long, or a silo was lost that may have had it.</summary>
    private sealed class LostCallException(bool withSilo) : Exception
    {
        public bool WithSilo => withSilo;
    }
}
