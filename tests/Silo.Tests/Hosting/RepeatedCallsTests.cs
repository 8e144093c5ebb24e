using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;
using Orleans.TestingHost;
using Uitsmijter.Actors.GrainInterfaces;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Devices;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Keys;
using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Silo.Storage;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Hosting;

/// <summary>What is asked again when a silo dies, and what never is.</summary>
public sealed class RepeatedCallsTests
{
    private static readonly TimeSpan _long = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _short = TimeSpan.FromMilliseconds(100);
    private static readonly GrainId _client = GrainId.Create("sys.client", "hosted");
    private static readonly GrainId _grain = GrainId.Create("key-ring", "bread");

    [Fact]
    public async Task a_rejected_call_is_asked_again_whatever_it_does()
    {
        await using var cluster = await Start(_long, _long);
        cluster.Trouble.Next(Rejected, Leaving);

        var kid = await cluster.Grains.GetGrain<IKeyRingGrain>("bread").Rotate(SigningAlgorithm.ES256, default);

        Assert.NotEmpty(kid);
        Assert.Equal(3, cluster.Trouble.Asked);
    }

    [Fact]
    public async Task a_call_nobody_knows_the_outcome_of_is_asked_again_if_it_is_idempotent_and_never_if_it_is_not()
    {
        await using var cluster = await Start(_long, _long);
        cluster.Trouble.Next(Unavailable);
        await cluster.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Only).Read(0, 0, 1, default);
        Assert.Equal(2, cluster.Trouble.Asked);

        cluster.Trouble.Next(Unavailable);
        await Assert.ThrowsAsync<SiloUnavailableException>(() => cluster.Grains.GetGrain<IKeyRingGrain>("bread").Rotate(SigningAlgorithm.ES256, default));
        Assert.Equal(3, cluster.Trouble.Asked);
    }

    [Fact]
    public async Task the_first_attempt_of_an_idempotent_call_is_given_up_and_the_second_has_all_the_time()
    {
        await using var cluster = await Start(_long, _short);
        cluster.Trouble.Next(Lost);

        await cluster.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Only).Read(0, 0, 1, default);

        Assert.Equal(2, cluster.Trouble.Asked);
        Assert.False(cluster.Trouble.Tokens[1].IsCancellationRequested, "the second attempt ends by itself");
    }

    [Fact]
    public async Task a_call_that_may_have_gone_through_a_silo_that_is_lost_is_asked_again_at_once_and_only_if_it_is_idempotent()
    {
        using var losses = new SiloLosses();
        await using var cluster = await Start(_long, _long, losses);
        cluster.Trouble.Next(Then(losses.Tell, Lost), Then(losses.Tell, Lost));
        await cluster.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Only).Read(0, 0, 1, default);
        Assert.Equal(3, cluster.Trouble.Asked);

        cluster.Trouble.Next(Then(losses.Tell, static context => context.Invoke()));
        Assert.NotEmpty(await cluster.Grains.GetGrain<IKeyRingGrain>("bread").Rotate(SigningAlgorithm.ES256, default));
        Assert.Equal(4, cluster.Trouble.Asked);
    }

    [Fact]
    public async Task a_call_whose_silo_nobody_could_name_was_not_sent_and_counts_as_rejected()
    {
        var filter = new RepeatedCalls(TimeProvider.System, _long, attempt: null);

        // Where the directory's own silo is the dead one, the call that wants a grain fails with what the question after its silo failed with.
        await Assert.ThrowsAsync<ConnectionFailedException>(() => filter.Invoke(new OfOrleans("Orleans.GrainDirectory.IDhtGrainDirectory", "LookupAsync", _client, Rejected)));
        await Assert.ThrowsAsync<ConnectionFailedException>(() => filter.Invoke(new OfOrleans("Orleans.GrainDirectory.IDhtGrainDirectory", "LookupAsync", _client, Unavailable)));

        // What a grain asks Orleans for is different: its own call has begun.
        await Assert.ThrowsAsync<SiloUnavailableException>(() => filter.Invoke(new OfOrleans("Orleans.IReminderService", "RegisterOrUpdateReminder", _grain, Rejected)));
    }

    [Fact]
    public void a_rejection_because_the_directorys_silo_died_reaches_who_asked_as_what_it_is()
    {
        var services = new ServiceCollection().AddSerializer();
        RepeatedCalls.LetRejectionsTravel(services);
        using var provider = services.BuildServiceProvider();
        var serializer = provider.GetRequiredService<Serializer>();

        var arrived = serializer.Deserialize<Exception>(serializer.SerializeToArray<Exception>(
            new ConnectionFailedException("The silo of a grain is not known yet (RegisterAsync).", new SiloUnavailableException("Silo unavailable"))));

        // By its exact type a call is known not to have been executed.
        Assert.IsType<ConnectionFailedException>(arrived);
        Assert.IsType<SiloUnavailableException>(arrived?.InnerException);
    }

    [Fact]
    public async Task a_caller_who_gives_up_is_not_asked_for_again()
    {
        await using var cluster = await Start(_long, _long);
        cluster.Trouble.Next(Lost);
        using var gone = new CancellationTokenSource(_short);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cluster.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Only).Read(0, 0, 1, gone.Token));

        Assert.Equal(1, cluster.Trouble.Asked);
    }

    [Fact]
    public async Task asking_again_ends_and_a_grain_that_could_not_reach_another_one_is_no_rejection_to_its_caller()
    {
        await using var gateway = await Start(_short, _long);
        gateway.Trouble.Next([.. Enumerable.Repeat(Rejected, 1000)]);
        await Assert.ThrowsAsync<ConnectionFailedException>(() => gateway.Grains.GetGrain<IKeyRingGrain>("bread").Rotate(SigningAlgorithm.ES256, default));
        Assert.InRange(gateway.Trouble.Asked, 2, 10);

        await using var silo = await Start(_short, attempt: null);
        silo.Trouble.Next([.. Enumerable.Repeat(Rejected, 1000)]);
        await Assert.ThrowsAsync<SiloUnavailableException>(() => silo.Grains.GetGrain<IKeyRingGrain>("bread").Rotate(SigningAlgorithm.ES256, default));
    }

    [Theory]
    [InlineData(typeof(IAuthorizationCodeGrain), nameof(IAuthorizationCodeGrain.Redeem))]
    [InlineData(typeof(IGrantGrain), nameof(IGrantGrain.Open))]
    [InlineData(typeof(IGrantGrain), nameof(IGrantGrain.Refresh))]
    [InlineData(typeof(IDeviceGrain), nameof(IDeviceGrain.Poll))]
    [InlineData(typeof(IPushedRequestGrain), nameof(IPushedRequestGrain.Take))]
    [InlineData(typeof(IProofGrain), nameof(IProofGrain.TryUse))]
    [InlineData(typeof(IClientAuthenticationGrain), nameof(IClientAuthenticationGrain.Authenticate))]
    [InlineData(typeof(ILoginGrain), nameof(ILoginGrain.Attempt))]
    [InlineData(typeof(ILoginThrottleGrain), nameof(ILoginThrottleGrain.Take))]
    [InlineData(typeof(ILoginThrottleGrain), nameof(ILoginThrottleGrain.GiveBack))]
    public void what_spends_something_is_not_idempotent(Type grain, string method) =>
        Assert.False(grain.GetMethod(method)!.IsDefined(typeof(IdempotentAttribute), inherit: false));

    // What the client says when it cannot reach the silo; a silo that rejects throws the same way.
    private static Task Rejected(IOutgoingGrainCallContext context) => throw new ConnectionFailedException("a connection to a dead silo");

    // What a silo says that ends before it has looked for a place for the call.
    private static Task Leaving(IOutgoingGrainCallContext context) => throw new SiloUnavailableException("Silo 'S127.0.0.1:1:1' is shutting down.");

    private static Task Unavailable(IOutgoingGrainCallContext context) => throw new SiloUnavailableException("the silo that had it died");

    private static Func<IOutgoingGrainCallContext, Task> Then(Action first, Func<IOutgoingGrainCallContext, Task> second) => context =>
    {
        var answer = second(context);
        first();
        return answer;
    };

    // A message inside a silo that died: nobody ever answers.
    private static Task Lost(IOutgoingGrainCallContext context) => Task.Delay(Timeout.Infinite, Trouble.TokenOf(context));

    private static async Task<TroubledCluster> Start(TimeSpan budget, TimeSpan? attempt, SiloLosses? losses = null)
    {
        var settings = new ServerSettings();
        var trouble = new Trouble();
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddStorage(settings);
            silo.Services.AddSingleton(settings);
            silo.Services.AddCatalogRoom().AddKeysRoom();
        });
        builder.ConfigureClient(client => client.Services
            .AddSingleton<IOutgoingGrainCallFilter>(new RepeatedCalls(TimeProvider.System, budget, attempt, losses))
            .AddSingleton<IOutgoingGrainCallFilter>(trouble));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new TroubledCluster(cluster, trouble);
    }

    private sealed record TroubledCluster(InProcessTestCluster Cluster, Trouble Trouble) : IAsyncDisposable
    {
        public IGrainFactory Grains => Cluster.Client;

        public ValueTask DisposeAsync() => Cluster.DisposeAsync();
    }

    /// <summary>Stands between the filter and the cluster and does to the next calls what a dying silo does.</summary>
    private sealed class Trouble : IOutgoingGrainCallFilter
    {
        private readonly ConcurrentQueue<Func<IOutgoingGrainCallContext, Task>> _next = new();
        private readonly ConcurrentQueue<CancellationToken> _tokens = new();

        public int Asked => _tokens.Count;

        public IReadOnlyList<CancellationToken> Tokens => [.. _tokens];

        public void Next(params Func<IOutgoingGrainCallContext, Task>[] troubles) => Array.ForEach(troubles, _next.Enqueue);

        public static CancellationToken TokenOf(IOutgoingGrainCallContext context) =>
            Enumerable.Range(0, context.Request.GetArgumentCount()).Select(context.Request.GetArgument).OfType<CancellationToken>().Single();

        public Task Invoke(IOutgoingGrainCallContext context)
        {
            if (context.InterfaceMethod?.DeclaringType?.Assembly != typeof(ICatalogGrain).Assembly)
            {
                return context.Invoke();
            }

            _tokens.Enqueue(TokenOf(context));
            return _next.TryDequeue(out var trouble) ? trouble(context) : context.Invoke();
        }
    }

    /// <summary>A call of Orleans' own, with a fault.</summary>
    private sealed class OfOrleans(string type, string method, GrainId source, Func<IOutgoingGrainCallContext, Task> fault) : IOutgoingGrainCallContext
    {
        private static readonly Assembly[] _assemblies = [typeof(Grain).Assembly, Assembly.Load("Orleans.Core"), Assembly.Load("Orleans.Runtime"), Assembly.Load("Orleans.Reminders")];

        public MethodInfo InterfaceMethod { get; } = _assemblies.Select(assembly => assembly.GetType(type)).OfType<Type>().First().GetMethods().First(known => known.Name == method);

        public GrainId? SourceId => source;

        public string MethodName => method;

        public IInvokable Request => throw new NotSupportedException();

        public object Grain => throw new NotSupportedException();

        public GrainId TargetId => throw new NotSupportedException();

        public GrainInterfaceType InterfaceType => throw new NotSupportedException();

        public string InterfaceName => type;

        public object? Result { get; set; }

        public Response? Response { get; set; }

        public IGrainContext? SourceContext => null;

        public Task Invoke() => fault(this);
    }
}
