using System.Text;

namespace Uitsmijter.Actors.Protocol.Settings;

/// <summary>A value that must never be printed: its text form is always <c>***</c>.</summary>
public sealed class Secret
{
    private readonly string _value;

    /// <summary>Wraps a secret.</summary>
    /// <param name="value">The secret text.</param>
    public Secret(string value) => _value = value;

    /// <summary>Length in UTF-8 bytes.</summary>
    public int ByteLength => Encoding.UTF8.GetByteCount(_value);

    /// <summary>The secret itself; call it only where it is used.</summary>
    public string Reveal() => _value;

    /// <summary>The secret as UTF-8 bytes; call it only where it is used.</summary>
    public byte[] RevealBytes() => Encoding.UTF8.GetBytes(_value);

    /// <inheritdoc />
    public override string ToString() => "***";
}
