using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.GrainInterfaces.Devices;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Devices;

/// <summary>A person before a device's request.</summary>
/// <param name="Visit">The visit of the device's tenant.</param>
/// <param name="Client">The device's client.</param>
/// <param name="Key">Key of the device's grain.</param>
/// <param name="UserCode">The code as the device shows it.</param>
/// <param name="Device">What it asks for.</param>
internal sealed record DeviceVisit(Visit Visit, Client Client, string Key, string UserCode, DeviceView Device)
{
    /// <inheritdoc />
    public override string ToString() => $"DeviceVisit {{ Tenant = {Visit.Tenant.Name}, Client = {Client.Name} }}";
}

/// <summary>What became of a search for a user code.</summary>
internal abstract record CodeOutcome
{
    private CodeOutcome()
    {
    }

    /// <summary>There is a device; perhaps somebody has answered it already.</summary>
    /// <param name="Device">The device.</param>
    /// <param name="Keys">Its tenant's keys.</param>
    public sealed record Found(DeviceVisit Device, TenantKeys Keys) : CodeOutcome;

    /// <summary>There is none, or none any more.</summary>
    public sealed record Unknown : CodeOutcome;

    /// <summary>Too many wrong codes were typed before; this one was not looked at.</summary>
    /// <param name="RetryAfter">When the next one is.</param>
    public sealed record TooMany(TimeSpan RetryAfter) : CodeOutcome;
}
