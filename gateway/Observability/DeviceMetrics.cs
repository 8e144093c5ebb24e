using Prometheus;

namespace Uitsmijter.Actors.Gateway.Observability;

/// <summary>The contract's series of the device grant (configuration.md §5.7): without labels, as dashboards know them.</summary>
internal sealed class DeviceMetrics : IDisposable
{
    private readonly Counter _initiation;
    private readonly Counter _authorized;
    private readonly Counter _denied;
    private readonly Counter _pending;
    private readonly Counter _success;
    private readonly Counter _wrongCodes;
    private readonly ExportedSeries _exported = new();

    /// <summary>Registers every series.</summary>
    /// <param name="registry">The process's registry.</param>
    public DeviceMetrics(CollectorRegistry registry)
    {
        var factory = Prometheus.Metrics.WithCustomRegistry(registry);
        _initiation = factory.CreateCounter("uitsmijter_device_flow_initiation", "Devices that began to wait for a person.");
        _authorized = factory.CreateCounter("uitsmijter_device_flow_authorized", "Devices a person connected.");
        _denied = factory.CreateCounter("uitsmijter_device_flow_denied", "Devices a person turned away.");
        _pending = factory.CreateCounter("uitsmijter_device_flow_pending", "Polls of devices whose person had not answered.");
        _success = factory.CreateCounter("uitsmijter_device_flow_success", "Devices that got tokens.");
        _wrongCodes = factory.CreateCounter("uitsmijter_device_flow_wrong_codes", "User codes that were typed and are none.");
        Array.ForEach([_initiation, _authorized, _denied, _pending, _success, _wrongCodes], _exported.Add);
    }

    /// <summary>A device started.</summary>
    public void Started() => _initiation.Inc();

    /// <summary>A person said yes.</summary>
    public void Authorized() => _authorized.Inc();

    /// <summary>A person said no.</summary>
    public void Denied() => _denied.Inc();

    /// <summary>A device asked too early to be answered.</summary>
    public void Pending() => _pending.Inc();

    /// <summary>A device got its tokens.</summary>
    public void Succeeded() => _success.Inc();

    /// <summary>A user code was typed that is none.</summary>
    public void WrongCode() => _wrongCodes.Inc();

    /// <inheritdoc />
    public void Dispose() => _exported.Dispose();
}
