using System.Buffers;
using System.Globalization;
using System.Text;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>Collects a page's text up to a limit.</summary>
internal sealed class PageWriter() : TextWriter(CultureInfo.InvariantCulture)
{
    /// <summary>Longest page in characters; ours have under 8,000.</summary>
    public const int MaxLength = 512 * 1024;

    private readonly StringBuilder _text = new(8 * 1024);

    /// <inheritdoc />
    public override Encoding Encoding => Encoding.UTF8;

    /// <inheritdoc />
    public override void Write(char value)
    {
        Reserve(1);
        _text.Append(value);
    }

    /// <inheritdoc />
    public override void Write(string? value)
    {
        Reserve(value?.Length ?? 0);
        _text.Append(value);
    }

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<char> buffer)
    {
        Reserve(buffer.Length);
        _text.Append(buffer);
    }

    /// <inheritdoc />
    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <summary>The page so far.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>Writes the page to a response as UTF-8, without a copy in between.</summary>
    public void CopyTo(IBufferWriter<byte> target)
    {
        var encoder = Encoding.UTF8.GetEncoder();
        foreach (var chunk in _text.GetChunks())
        {
            encoder.Convert(chunk.Span, target, flush: false, out _, out _);
        }

        encoder.Convert([], target, flush: true, out _, out _);
    }

    private void Reserve(int length)
    {
        if (_text.Length + length > MaxLength)
        {
            throw new RenderLimitException($"more than {MaxLength} characters");
        }
    }
}
