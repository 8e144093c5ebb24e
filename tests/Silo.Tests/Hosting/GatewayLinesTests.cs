using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Uitsmijter.Actors.Silo.Hosting;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Hosting;

/// <summary>When a silo closes the line of a gateway, so that its answers go another way (docs/decisions/0080).</summary>
public sealed class GatewayLinesTests : IDisposable
{
    private readonly GatewayLines _lines = new(TimeProvider.System, NullLogger<GatewayLines>.Instance);

    public void Dispose() => _lines.Dispose();

    [Fact]
    public async Task a_line_whose_pulse_has_stopped_is_closed_after_five_looks()
    {
        await using var gateway = new Gateway(_lines);
        await Beat(gateway, GatewayLines.Steady);
        for (var look = 1; look < GatewayLines.Silent; look++)
        {
            _lines.Look();
        }

        Assert.False(gateway.IsClosed);
        _lines.Look();
        Assert.True(gateway.IsClosed);
    }

    [Fact]
    public async Task a_line_that_is_heard_again_in_between_is_not_closed()
    {
        await using var gateway = new Gateway(_lines);
        await Beat(gateway, GatewayLines.Steady);
        for (var look = 0; look < 10 * GatewayLines.Silent; look++)
        {
            if (look % GatewayLines.Silent == GatewayLines.Silent - 1)
            {
                await gateway.Say();
            }

            _lines.Look();
        }

        Assert.False(gateway.IsClosed);
    }

    [Fact]
    public async Task a_line_that_never_had_a_pulse_may_be_silent()
    {
        await using var gateway = new Gateway(_lines);
        for (var look = 0; look < 50; look++)
        {
            if (look % GatewayLines.Steady != 0)
            {
                await gateway.Say();
            }

            _lines.Look();
        }

        for (var look = 0; look < 50; look++)
        {
            _lines.Look();
        }

        Assert.False(gateway.IsClosed);
    }

    [Fact]
    public async Task one_gateway_that_falls_silent_does_not_end_the_line_of_another()
    {
        await using var silent = new Gateway(_lines);
        await using var other = new Gateway(_lines);
        for (var look = 0; look < GatewayLines.Steady; look++)
        {
            await silent.Say();
            await other.Say();
            _lines.Look();
        }

        await Beat(other, GatewayLines.Silent);
        Assert.True(silent.IsClosed);
        Assert.False(other.IsClosed);
    }

    private async Task Beat(Gateway gateway, int looks)
    {
        for (var look = 0; look < looks; look++)
        {
            await gateway.Say();
            _lines.Look();
        }
    }

    /// <summary>A connection from a gateway, with both of its ends in the test's hand.</summary>
    private sealed class Gateway : IAsyncDisposable
    {
        private readonly Pipe _toSilo = new();
        private readonly TaskCompletionSource _over = new();
        private readonly Connection _connection;
        private readonly Task _ended;

        public Gateway(GatewayLines lines)
        {
            _connection = new Connection(new Ends(_toSilo.Reader, new Pipe().Writer));
            _ended = lines.Listen(_connection, _ => _over.Task);
        }

        public bool IsClosed => _connection.IsAborted;

        public async Task Say()
        {
            await _toSilo.Writer.WriteAsync(new byte[1]);
            var read = await _connection.Transport.Input.ReadAsync();
            _connection.Transport.Input.AdvanceTo(read.Buffer.End);
        }

        public async ValueTask DisposeAsync()
        {
            _over.SetResult();
            await _ended;
            await _connection.DisposeAsync();
        }

        private sealed class Connection(IDuplexPipe ends) : DefaultConnectionContext("line", ends, ends)
        {
            public bool IsAborted { get; private set; }

            public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;
        }

        private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
    }
}
