using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using System.Threading.Channels;

namespace Uitsmijter.Actors.Hosting.Logging;

/// <summary>
/// Writes lines to standard output away from the request. The queue is bounded: when the reader of our output stalls, records are
/// dropped and counted (<c>uitsmijter_log_dropped</c>), requests never wait for it.
/// </summary>
internal sealed class LogOutput : IDisposable
{
    private const int MostLines = 16 * 1024;

    /// <summary>What is queued goes out together up to this size, in bytes, or one line where a single one is longer.</summary>
    private const int WriteSize = 16 * 1024;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    /// <summary>Between two writes: a process that logs all the time pays for a few hundred a second, and not for one a line.</summary>
    private static readonly TimeSpan _gather = TimeSpan.FromMilliseconds(2);
    private readonly Channel<string> _lines;
    private readonly Meter _meter = new("Uitsmijter.Actors.Hosting");
    private readonly Task _writing;
    private readonly Stream _stream;
    private long _dropped;

    /// <summary>Starts writing.</summary>
    /// <param name="stream">Standard output; disposed with the last line.</param>
    public LogOutput(Stream stream)
    {
        _stream = stream;
        _lines = Channel.CreateBounded<string>(new BoundedChannelOptions(MostLines) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
        _meter.CreateObservableCounter("uitsmijter.log.dropped", () => Interlocked.Read(ref _dropped), description: "Log records lost because nobody read our output.");
        _writing = Task.Run(Write);
        AppDomain.CurrentDomain.UnhandledException += Drain;
    }

    /// <summary>Queues a line; never waits.</summary>
    /// <param name="line">A line with its line feed.</param>
    public void Add(string line)
    {
        if (!_lines.Writer.TryWrite(line))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Writes what is queued, waiting at most three seconds for whoever reads it.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.UnhandledException -= Drain;
        Drain(this, EventArgs.Empty);
        _meter.Dispose();
    }

    /// <summary>Also where the process is about to die: the line that says why is often the last.</summary>
    private void Drain(object? sender, EventArgs arguments)
    {
        _lines.Writer.TryComplete();
        _writing.Wait(_patience);
    }

    private async Task Write()
    {
        var block = new ArrayBufferWriter<byte>(WriteSize);
        var written = 0L;
        try
        {
            while (await _lines.Reader.WaitToReadAsync())
            {
                if (Stopwatch.GetElapsedTime(written) < _gather)
                {
                    await Task.Delay(_gather);
                }

                while (_lines.Reader.TryRead(out var line))
                {
                    Encoding.UTF8.GetBytes(line, block);
                    if (block.WrittenCount >= WriteSize || !_lines.Reader.TryPeek(out _))
                    {
                        WriteOut(block);
                    }
                }

                written = Stopwatch.GetTimestamp();
            }
        }
        catch (IOException)
        {
            // Nobody reads our output any more: there is nowhere left to say so.
        }
        finally
        {
            _lines.Writer.TryComplete();
        }
    }

    /// <summary>Standard output knows no asynchronous write: one would only be carried to another thread of the pool, for every line, and block that.</summary>
    private void WriteOut(ArrayBufferWriter<byte> block)
    {
        _stream.Write(block.WrittenSpan);
        _stream.Flush();
        block.ResetWrittenCount();
    }
}
