namespace Uitsmijter.Actors.Gateway.Devices;

/// <summary>What the question about a device carries sealed: which device, for whom, and where the session came from.</summary>
/// <param name="Device">Key of the device's grain.</param>
/// <param name="UserCode">Its user code, to show it again.</param>
/// <param name="Sid">The session that answers.</param>
/// <param name="IsOwn">True when the session was opened for this question alone: it ends when the answer is no.</param>
internal sealed record DeviceTicket(string Device, string UserCode, string Sid, bool IsOwn)
{
    private const string Own = "own";
    private const string Browser = "browser";

    /// <summary>As it is sealed; none of the parts has a dot.</summary>
    public string Text => $"{Device}.{UserCode}.{Sid}.{(IsOwn ? Own : Browser)}";

    /// <summary>Reads a sealed text.</summary>
    /// <param name="text">The text.</param>
    public static DeviceTicket? Parse(string text) => text.Split('.') is [var device, var code, var sid, var whose] ? new DeviceTicket(device, code, sid, whose == Own) : null;

    /// <inheritdoc />
    public override string ToString() => "DeviceTicket { *** }";
}
