using System.Diagnostics.Metrics;
using System.Text;
using Uitsmijter.Actors.Hosting;
using Xunit;

namespace Uitsmijter.Actors.Gateway.Tests.Observability;

/// <summary>Meters of rooms that know no Prometheus.</summary>
public sealed class MeterBridgeTests
{
    [Fact]
    public async Task a_counter_of_ours_is_shown_under_its_own_name_and_a_strangers_is_not()
    {
        var registry = Prometheus.Metrics.NewCustomRegistry();
        using var bridge = new MeterBridge(registry, "Uitsmijter.Test.");
        using var ours = new Meter("Uitsmijter.Test.Login");
        using var foreign = new Meter("Somebody.Else");
        ours.CreateObservableCounter("uitsmijter.log.dropped", static () => 7L);

        ours.CreateCounter<long>("uitsmijter.script.failures").Add(2, KeyValuePair.Create<string, object?>("tenant", "ham"));
        foreign.CreateCounter<long>("foreign.failures").Add(2);
        using var stream = new MemoryStream();
        await registry.CollectAndExportAsTextAsync(stream);
        var text = Encoding.UTF8.GetString(stream.ToArray());

        Assert.Contains("uitsmijter_script_failures{tenant=\"ham\"} 2", text, StringComparison.Ordinal);
        Assert.Contains("uitsmijter_log_dropped 7", text, StringComparison.Ordinal);
        Assert.DoesNotContain("foreign", text, StringComparison.Ordinal);
    }
}
