using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Messaging;
using Uitsmijter.Actors.Gateway.Hosting.Lines;

namespace Uitsmijter.Actors.Gateway.Tests.Hosting.Lines;

/// <summary>When a gateway leaves a line to a silo for the others (docs/decisions/0080).</summary>
public sealed class SiloLinesTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly SiloLines _lines;

    public SiloLinesTests()
    {
        _lines = new SiloLines(_clock, NullLogger<SiloLines>.Instance);
        _lines.Learn([Listed.UriOf(Silo.AddressOf(1)), Listed.UriOf(Silo.AddressOf(2))]);
    }

    public void Dispose() => _lines.Dispose();

    [Fact]
    public async Task a_line_that_owes_an_answer_while_another_answers_is_cut_after_four_looks()
    {
        await using var silent = new Silo(_lines, 1);
        await using var answering = new Silo(_lines, 2);
        await silent.Greet();

        for (var look = 0; look < SiloLines.Strikes; look++)
        {
            Assert.False(silent.IsCut);
            await silent.Ask();
            await answering.AskAndAnswer();
            Look();
        }

        // The first look found something owed for a second and no more.
        Assert.False(silent.IsCut);
        await answering.AskAndAnswer();
        Look();
        Assert.True(silent.IsCut);
        Assert.False(answering.IsCut);
        Assert.True(_lines.IsLeftAlone(silent.Address));
    }

    [Fact]
    public async Task where_no_line_answers_none_is_cut()
    {
        await using var one = new Silo(_lines, 1);
        await using var other = new Silo(_lines, 2);
        await one.Greet();
        await other.Greet();
        for (var look = 0; look < 10; look++)
        {
            await one.Ask();
            await other.Ask();
            Look();
        }

        Assert.False(one.IsCut || other.IsCut);
        Assert.False(_lines.IsLeftAlone(one.Address) || _lines.IsLeftAlone(other.Address));
    }

    [Fact]
    public async Task a_line_on_which_nothing_was_asked_is_not_cut()
    {
        await using var quiet = new Silo(_lines, 1);
        await using var answering = new Silo(_lines, 2);
        await quiet.Greet();
        for (var look = 0; look < 10; look++)
        {
            await answering.AskAndAnswer();
            Look();
        }

        Assert.False(quiet.IsCut);
    }

    [Fact]
    public async Task an_answer_that_comes_late_begins_the_count_again()
    {
        await using var slow = new Silo(_lines, 1);
        await using var answering = new Silo(_lines, 2);
        for (var look = 0; look < 20; look++)
        {
            await (look % 4 == 0 ? slow.AskAndAnswer() : slow.Ask());
            await answering.AskAndAnswer();
            Look();
        }

        Assert.False(slow.IsCut);
    }

    [Fact]
    public async Task after_a_pause_of_this_process_no_line_is_cut_for_the_time_nobody_looked()
    {
        await using var one = new Silo(_lines, 1);
        await using var other = new Silo(_lines, 2);
        await one.Greet();
        await one.Ask();
        await other.Ask();
        _clock.Advance(TimeSpan.FromMinutes(1));
        await other.Answer();
        _lines.Look();

        Assert.False(one.IsCut);
    }

    [Fact]
    public async Task a_silo_that_is_left_alone_is_not_in_the_list_and_is_tried_again_after_half_a_minute()
    {
        await using var answering = new Silo(_lines, 2);
        var silent = await CutOne(answering);
        var list = new AnsweringGateways(new Listed(silent, answering.Address), _lines);
        Assert.Equal([Listed.UriOf(answering.Address)], await list.GetGateways());
        await using (var another = new Silo(_lines, 1))
        {
            await Assert.ThrowsAsync<ConnectionAbortedException>(() => another.Ended);
        }

        _clock.Advance(SiloLines.FirstRest);
        Assert.Equal(2, (await list.GetGateways()).Count);
        await using var again = new Silo(_lines, 1);
        await again.AskAndAnswer();
        Assert.False(again.Ended.IsCompleted);
    }

    [Fact]
    public async Task a_silo_that_does_not_answer_after_its_rest_rests_twice_as_long()
    {
        await using var answering = new Silo(_lines, 2);
        var silent = await CutOne(answering);
        _clock.Advance(SiloLines.FirstRest);
        await using (var again = new Silo(_lines, 1))
        {
            // Its very first word is never answered, and Orleans gives the attempt up before we do.
            await again.Ask();
            _clock.Advance(TimeSpan.FromSeconds(2));
            again.GiveUp();
            await again.Ended;
        }

        _clock.Advance(SiloLines.FirstRest);
        Assert.True(_lines.IsLeftAlone(silent));
        _clock.Advance(SiloLines.FirstRest);
        Assert.False(_lines.IsLeftAlone(silent));
    }

    [Fact]
    public async Task the_last_silo_is_never_left_alone()
    {
        var answering = new Silo(_lines, 2);
        var silent = await CutOne(answering);
        Assert.True(_lines.IsLeftAlone(silent));
        answering.GiveUp();
        await answering.DisposeAsync();

        Assert.False(_lines.IsLeftAlone(silent));
        Assert.Equal([Listed.UriOf(silent)], await new AnsweringGateways(new Listed(silent), _lines).GetGateways());
    }

    [Fact]
    public async Task a_silo_that_leaves_and_still_has_its_line_does_not_keep_calls_from_the_one_that_is_left()
    {
        await using var leaving = new Silo(_lines, 2);
        var silent = await CutOne(leaving);

        Assert.Equal([Listed.UriOf(silent)], await new AnsweringGateways(new Listed(silent), _lines).GetGateways());
        Assert.False(_lines.IsLeftAlone(silent));
    }

    [Fact]
    public async Task a_silo_that_began_anew_at_the_same_address_is_not_left_alone()
    {
        await using var answering = new Silo(_lines, 2);
        var silent = await CutOne(answering);
        Assert.True(_lines.IsLeftAlone(silent));
        _lines.Learn([new Uri($"gwy.tcp://{silent}/1"), Listed.UriOf(answering.Address)]);

        Assert.False(_lines.IsLeftAlone(silent));
    }

    [Fact]
    public async Task a_connection_that_cannot_be_opened_after_the_rest_is_no_answer_either()
    {
        await using var answering = new Silo(_lines, 2);
        var silent = await CutOne(answering);
        var connections = new SiloConnections(new NoWay(), _lines);
        await Assert.ThrowsAsync<ConnectionAbortedException>(async () => await connections.ConnectAsync(silent));
        _clock.Advance(SiloLines.FirstRest);
        await answering.AskAndAnswer();
        await Assert.ThrowsAsync<SocketException>(async () => await connections.ConnectAsync(silent));
        Assert.True(_lines.IsLeftAlone(silent));
        _clock.Advance(SiloLines.FirstRest);

        Assert.True(_lines.IsLeftAlone(silent));
    }

    [Fact]
    public async Task a_first_connection_that_cannot_be_opened_is_left_to_orleans()
    {
        await using var answering = new Silo(_lines, 2);
        await answering.AskAndAnswer();
        await Assert.ThrowsAsync<SocketException>(async () => await new SiloConnections(new NoWay(), _lines).ConnectAsync(Silo.AddressOf(1)));

        Assert.False(_lines.IsLeftAlone(Silo.AddressOf(1)));
    }

    [Fact]
    public async Task a_line_that_takes_long_to_close_is_cut_once()
    {
        await using var silent = new Silo(_lines, 1);
        await using var answering = new Silo(_lines, 2);
        await silent.Greet();
        for (var look = 0; look < 10; look++)
        {
            await silent.Ask();
            await answering.AskAndAnswer();
            Look();
        }

        // Half a minute from the fifth look, and not a minute from the tenth.
        _clock.Advance(SiloLines.FirstRest - (4 * LinePulse.Period));
        await answering.AskAndAnswer();
        Assert.False(_lines.IsLeftAlone(silent.Address));
    }

    private async Task<IPEndPoint> CutOne(Silo answering)
    {
        await using var silent = new Silo(_lines, 1);
        await silent.Greet();
        for (var look = 0; look <= SiloLines.Strikes; look++)
        {
            await silent.Ask();
            await answering.AskAndAnswer();
            Look();
        }

        Assert.True(silent.IsCut);
        return silent.Address;
    }

    private void Look()
    {
        _clock.Advance(LinePulse.Period);
        _lines.Look();
    }

    /// <summary>A connection to a silo, with both of its ends in the test's hand.</summary>
    private sealed class Silo : IAsyncDisposable
    {
        private readonly Pipe _toSilo = new();
        private readonly Pipe _fromSilo = new();
        private readonly TaskCompletionSource _over = new();
        private readonly Connection _connection;

        public Silo(SiloLines lines, int number)
        {
            Address = AddressOf(number);
            _connection = new Connection(new Ends(_fromSilo.Reader, _toSilo.Writer)) { RemoteEndPoint = Address };
            Ended = lines.Listen(_connection, _ => _over.Task);
        }

        public static IPEndPoint AddressOf(int number) => new(IPAddress.Loopback, 30_000 + number);

        public IPEndPoint Address { get; }

        public Task Ended { get; }

        public bool IsCut => _connection.IsCut;

        public async Task Ask() => await _connection.Transport.Output.WriteAsync(new byte[1]);

        public async Task Answer()
        {
            await _fromSilo.Writer.WriteAsync(new byte[1]);
            var read = await _connection.Transport.Input.ReadAsync();
            _connection.Transport.Input.AdvanceTo(read.Buffer.End);
        }

        public async Task AskAndAnswer()
        {
            await Ask();
            await Answer();
        }

        public Task Greet() => AskAndAnswer();

        public void GiveUp() => _over.TrySetResult();

        public async ValueTask DisposeAsync()
        {
            GiveUp();
            await Task.WhenAny(Ended);
            await _connection.DisposeAsync();
        }

        private sealed class Connection(IDuplexPipe ends) : DefaultConnectionContext("line", ends, ends)
        {
            public bool IsCut { get; private set; }

            public override void Abort(ConnectionAbortedException abortReason) => IsCut = true;
        }

        private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
    }

    private sealed class NoWay : IConnectionFactory
    {
        public ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => throw new SocketException((int)SocketError.TimedOut);
    }

    private sealed class Listed(params IPEndPoint[] silos) : IGatewayListProvider
    {
        public TimeSpan MaxStaleness => TimeSpan.FromMinutes(1);

        [Obsolete("The interface still asks.")]
        public bool IsUpdatable => true;

        public static Uri UriOf(IPEndPoint silo) => new($"gwy.tcp://{silo}/0");

        public Task InitializeGatewayListProvider() => Task.CompletedTask;

        public Task<IList<Uri>> GetGateways() => Task.FromResult<IList<Uri>>([.. silos.Select(UriOf)]);
    }
}
