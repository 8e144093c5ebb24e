namespace Uitsmijter.Actors.Grains.Devices;

/// <summary>The device behind a user code.</summary>
internal sealed record UserCodeState
{
    /// <summary>Key of the device's grain; null in a record that was never written.</summary>
    public string? Device { get; init; }

    /// <summary>The code is free again from here on.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}
