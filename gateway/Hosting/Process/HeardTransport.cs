using System.IO.Pipelines;

namespace Uitsmijter.Actors.Hosting;

/// <summary>A connection between two processes of the cluster, as it is, which tells whenever something comes and whenever something is sent. What is said there is nobody's business.</summary>
/// <param name="inner">The connection's own transport.</param>
/// <param name="heard">Called when bytes have come.</param>
/// <param name="sent">Called before bytes go; null where nobody wants to know.</param>
internal sealed class HeardTransport(IDuplexPipe inner, Action heard, Action? sent = null) : IDuplexPipe
{
    /// <inheritdoc />
    public PipeReader Input { get; } = new Incoming(inner.Input, heard);

    /// <inheritdoc />
    public PipeWriter Output { get; } = sent is null ? inner.Output : new Outgoing(inner.Output, sent);

    private sealed class Incoming(PipeReader inner, Action heard) : PipeReader
    {
        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            var result = await inner.ReadAsync(cancellationToken);
            Tell(result);
            return result;
        }

        public override bool TryRead(out ReadResult result)
        {
            var isThere = inner.TryRead(out result);
            if (isThere)
            {
                Tell(result);
            }

            return isThere;
        }

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

        private void Tell(in ReadResult result)
        {
            if (!result.IsCanceled && !result.Buffer.IsEmpty)
            {
                heard();
            }
        }
    }

    private sealed class Outgoing(PipeWriter inner, Action sent) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            sent();
            return inner.FlushAsync(cancellationToken);
        }

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
        {
            sent();
            return inner.WriteAsync(source, cancellationToken);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
    }
}
