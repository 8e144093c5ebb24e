using Prometheus;
using Uitsmijter.Actors.Gateway.Observability;
using Xunit;
using Metrics = Uitsmijter.Actors.Gateway.Observability.Metrics;

namespace Uitsmijter.Actors.Gateway.Tests.Observability;

/// <summary>Names, labels and bounds of the gateway's series.</summary>
public sealed class MetricsTests : IDisposable
{
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly Metrics _metrics;

    public MetricsTests() => _metrics = new Metrics(_registry);

    public void Dispose() => _metrics.Dispose();

    [Fact]
    [Trait("Contract", "configuration 33")]
    public async Task every_series_is_there_before_its_first_event()
    {
        var text = await Text();

        Assert.Contains("uitsmijter_login_attempts_bucket{forward_host=\"\",mode=\"\",tenant=\"\",le=\"0.005\"} 0", text, StringComparison.Ordinal);
        Assert.Contains("uitsmijter_login_success{forward_host=\"\",mode=\"\",tenant=\"\"} 0", text, StringComparison.Ordinal);
        Assert.Contains("uitsmijter_login_failure{forward_host=\"\",mode=\"\",tenant=\"\"} 0", text, StringComparison.Ordinal);
        Assert.Contains("uitsmijter_logout{redirect=\"\",mode=\"\",tenant=\"\"} 0", text, StringComparison.Ordinal);
        Assert.Contains("uitsmijter_interceptor_success{requested_host=\"\",tenant=\"\"} 0", text, StringComparison.Ordinal);
        Assert.Contains("uitsmijter_interceptor_failure{requested_host=\"\",requested_tenant=\"\",tenant=\"\",reason=\"\"} 0", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_login_is_counted_by_host_mode_and_tenant()
    {
        _metrics.LoginAttempt("ham/ham", "interceptor", "page.ham.test");
        _metrics.LoginSuccess("ham/ham", "interceptor", "page.ham.test");
        _metrics.LoginFailure(null, "strange", null);

        var text = await Text();

        Assert.Contains("uitsmijter_login_attempts_count{forward_host=\"page.ham.test\",mode=\"interceptor\",tenant=\"ham/ham\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("uitsmijter_login_attempts_bucket{forward_host=\"page.ham.test\",mode=\"interceptor\",tenant=\"ham/ham\",le=\"1\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("uitsmijter_login_success{forward_host=\"page.ham.test\",mode=\"interceptor\",tenant=\"ham/ham\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("uitsmijter_login_failure{forward_host=\"unknown\",mode=\"oauth\",tenant=\"unknown\"} 1", text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Attack", "46")]
    public async Task ten_thousand_unknown_hosts_make_a_hundred_series_and_leave_room_for_tenants()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _metrics.InterceptorFailure(InterceptorFailure.NoTenant, $"host-{i}.evil.test");
        }

        _metrics.InterceptorSuccess("shop.ham.test", "ham");
        var text = await Text();

        Assert.InRange(Lines(text, "uitsmijter_interceptor_failure{"), 100, 103);
        Assert.Contains("requested_host=\"other\"", text, StringComparison.Ordinal);
        Assert.Contains("uitsmijter_interceptor_success{requested_host=\"shop.ham.test\",tenant=\"ham\"} 1", text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Attack", "46")]
    public async Task the_hosts_of_a_wildcard_tenant_do_not_use_up_the_places_of_others()
    {
        for (var i = 0; i < 5_000; i++)
        {
            _metrics.InterceptorSuccess($"host-{i}.egg.test", "egg");
        }

        _metrics.InterceptorSuccess("shop.ham.test", "ham");
        var text = await Text();

        Assert.InRange(Lines(text, "uitsmijter_interceptor_success{"), 100, 104);
        Assert.Contains("requested_host=\"other\",tenant=\"egg\"} 4900", text, StringComparison.Ordinal);
        Assert.Contains("requested_host=\"shop.ham.test\",tenant=\"ham\"} 1", text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "configuration 34")]
    public async Task series_exist_once_lose_no_count_of_many_threads_and_take_every_value()
    {
        Parallel.For(0, 10_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            _metrics.LoginSuccess("ham/ham", "interceptor", "page.ham.test");
            _metrics.InterceptorSuccess("page.ham.test", "ham/ham");
        });
        _metrics.Catalog(int.MaxValue, 0);
        var up = await Text();
        _metrics.Catalog(1, 100_000);
        using var again = new Metrics(_registry);
        again.Catalog(2, 100_000);
        var down = await Text();

        Assert.Contains("uitsmijter_login_success{forward_host=\"page.ham.test\",mode=\"interceptor\",tenant=\"ham/ham\"} 10000", up, StringComparison.Ordinal);
        Assert.Contains("uitsmijter_interceptor_success{requested_host=\"page.ham.test\",tenant=\"ham/ham\"} 10000", up, StringComparison.Ordinal);
        Assert.Contains("uitsmijter_tenants_count 2147483647", up, StringComparison.Ordinal);
        Assert.Contains("uitsmijter_clients_count 0", up, StringComparison.Ordinal);
        Assert.Equal(1, Lines(down, "uitsmijter_tenants_count "));
        Assert.Contains("uitsmijter_tenants_count 2\n", down.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void counting_a_request_of_a_known_pair_allocates_nothing()
    {
        _metrics.InterceptorSuccess("shop.ham.test", "ham");
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1_000; i++)
        {
            _metrics.InterceptorSuccess("shop.ham.test", "ham");
        }

        // Less than a byte a request: the runtime itself may allocate while it recompiles the loop.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999);
    }

    [Theory]
    [InlineData(InterceptorFailure.InvalidToken, "INVALID_TOKEN")]
    [InlineData(InterceptorFailure.NoTenant, "NO_TENANT")]
    [InlineData(InterceptorFailure.TenantMismatch, "TENANT_MISMATCH")]
    [InlineData(InterceptorFailure.TenantNotAllowed, "TENANT_NOT_ALLOWED")]
    [InlineData(InterceptorFailure.InsufficientAuthentication, "INSUFFICIENT_AUTHENTICATION")]
    internal async Task a_refusal_is_counted_with_the_contracts_reason(InterceptorFailure failure, string reason)
    {
        _metrics.InterceptorFailure(failure, "shop.ham.test", "ham");

        Assert.Contains($"tenant=\"ham\",reason=\"{reason}\"}} 1", await Text(), StringComparison.Ordinal);
    }

    private static int Lines(string text, string start) => text.Split('\n').Count(line => line.StartsWith(start, StringComparison.Ordinal));

    private async Task<string> Text()
    {
        using var stream = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(stream);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
