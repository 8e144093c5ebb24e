using Microsoft.AspNetCore.Http;
using Orleans;
using Orleans.Runtime;
using Uitsmijter.Actors.Clustering.Kubernetes;

namespace Uitsmijter.Actors.ClusteringKubernetes.Tests;

/// <summary>Bad days of the API server: each is one clear line, and over without a restart.</summary>
public sealed class TroubleTests(ApiServer server)
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(20);

    private static CancellationToken End => TestContext.Current.CancellationToken;

    [Fact]
    public async Task without_the_role_one_line_names_every_missing_rule_and_binding_it_is_enough()
    {
        var account = await (await server.Server).Account("silo", await server.Namespace());
        using var view = new View(account.KubeConfig());

        var opening = view.Open();
        var line = await view.Log.Says("may not");
        await server.Allow(account);
        await opening;

        Assert.Contains("get orleansclusters, create orleansclusters, update orleansclusters, list orleansheartbeats, create orleansheartbeats, patch orleansheartbeats, delete orleansheartbeats", line, StringComparison.Ordinal);
        Assert.Contains("bind the Role of clustering-kubernetes/README.md", line, StringComparison.Ordinal);
        Assert.Equal(2, view.Log.All.Length);
        await view.Log.Says("answers again");
    }

    [Fact]
    public async Task one_missing_rule_is_named_before_it_is_needed()
    {
        var account = await (await server.Server).Account("silo", await server.Namespace());
        await server.Allow(account, ApiServer.Rules[0].Replace(", patch", "", StringComparison.Ordinal));
        using var view = new View(account.KubeConfig());

        var opening = view.Open();
        var line = await view.Log.Says("may not");
        await server.Allow(account);
        await opening;

        Assert.Contains("may not patch orleansheartbeats in namespace", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_role_that_is_taken_away_is_told_and_missed_until_it_is_back()
    {
        var account = await server.SiloAccount();
        using var view = await new View(account.KubeConfig(), configure: static options => options.Patience = TimeSpan.FromSeconds(1)).Open();
        await (await server.Server).Kubectl("", "--namespace", await File.ReadAllTextAsync(Path.Combine(account.Folder, "namespace"), End), "delete", "rolebinding", "orleans-silo");

        await Until(async () => await Fails(view.Read));
        var line = await view.Log.Says("forbids to get orleansclusters");
        await server.Allow(account);
        await Until(async () => !await Fails(view.Read));

        Assert.Contains("system:serviceaccount:", line, StringComparison.Ordinal);
        Assert.Single(view.Log.All, static one => one.Contains("forbids", StringComparison.Ordinal));
    }

    [Fact]
    public async Task without_the_definitions_a_silo_says_which_to_apply_and_waits()
    {
        var account = await server.SiloAccount();
        var api = await server.Server;
        await api.Kubectl("", "delete", "crd", "orleansclusters.orleans.uitsmijter.io", "orleansheartbeats.orleans.uitsmijter.io");
        using var view = new View(account.KubeConfig());

        var opening = view.Open();
        var line = await view.Log.Says("does not know orleansclusters");
        await api.Apply(ApiServer.Definitions);
        await opening;

        Assert.Contains("apply the resource definitions in clustering-kubernetes/crds", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_missing_namespace_is_told()
    {
        using var view = new View((await server.Server).AdminKubeConfig, configure: static options => options.Namespace = "nowhere");

        var opening = view.Open();
        var line = await view.Log.Says("the namespace nowhere does not exist");
        await (await server.Server).Namespace("nowhere");
        await opening;

        Assert.Contains("create it", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_throttling_server_is_left_alone_as_long_as_it_asks()
    {
        await using var proxy = await FaultProxy.Start(await server.Server);
        using var view = await Behind(proxy);
        proxy.Answer(StatusCodes.Status429TooManyRequests, times: 1, retryAfter: 3);
        var before = proxy.Requests;

        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(view.Read(), Until(() => Task.FromResult(proxy.Requests > before)).ContinueWith(async _ => await view.Read(), TaskScheduler.Default).Unwrap());

        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromSeconds(2.9));
        Assert.Contains("asks for fewer requests (429)", Assert.Single(view.Log.All, static line => line.StartsWith("Warning", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_failed_operation_that_is_repeated_at_once_still_keeps_the_pause()
    {
        await using var proxy = await FaultProxy.Start(await server.Server);
        using var view = await Behind(proxy, static options => options.Patience = TimeSpan.FromMilliseconds(100));
        proxy.Answer(StatusCodes.Status429TooManyRequests, times: 1, retryAfter: 3);
        var before = proxy.Requests;

        var failures = 0;
        while (await Fails(view.Read))
        {
            failures++;
        }

        Assert.InRange(failures, 2, 60);
        Assert.Equal(3, proxy.Requests - before);
    }

    [Fact]
    public async Task a_list_whose_position_expired_is_read_anew()
    {
        await using var proxy = await FaultProxy.Start(await server.Server);
        using var view = await Behind(proxy);
        proxy.Answer(StatusCodes.Status410Gone, times: 1, isMeant: static request => request.Path.Value!.EndsWith("orleansheartbeats", StringComparison.Ordinal));

        await view.Read();

        Assert.Contains("has expired (410): reading anew", Assert.Single(view.Log.All, static line => line.StartsWith("Warning", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StatusCodes.Status503ServiceUnavailable, "fails to get orleansclusters (503)")]
    [InlineData(StatusCodes.Status403Forbidden, "forbids to get orleansclusters")]
    [InlineData(StatusCodes.Status401Unauthorized, "does not accept the credential (401): renew")]
    [InlineData(StatusCodes.Status422UnprocessableEntity, "refuses to get orleansclusters (422): apply the resource definitions of this version")]
    public async Task a_refusal_that_passes_is_one_line_and_one_more_when_it_is_over(int status, string sentence)
    {
        await using var proxy = await FaultProxy.Start(await server.Server);
        using var view = await Behind(proxy);
        proxy.Answer(status, times: 3);

        await view.Read();

        Assert.Equal(2, view.Log.All.Length);
        Assert.Contains(sentence, view.Log.All[0], StringComparison.Ordinal);
        Assert.Contains("answers again", view.Log.All[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_slow_server_is_not_waited_for_longer_than_the_limit()
    {
        await using var proxy = await FaultProxy.Start(await server.Server);
        using var view = await Behind(proxy, static options => options.RequestTimeout = TimeSpan.FromSeconds(1));
        var left = 2;
        proxy.Before = async context =>
        {
            if (Interlocked.Decrement(ref left) >= 0)
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
            }

            return context.RequestAborted.IsCancellationRequested;
        };

        await view.Read();

        Assert.Contains("did not answer within 1 s", Assert.Single(view.Log.All, static line => line.StartsWith("Warning", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_write_whose_answer_is_lost_is_made_once_and_not_reported_as_made()
    {
        await using var proxy = await FaultProxy.Start(await server.Server);
        using var view = await Behind(proxy);
        var left = 1;
        proxy.After = context =>
        {
            if (HttpMethods.IsPut(context.Request.Method) && Interlocked.Decrement(ref left) >= 0)
            {
                context.Abort();
            }
        };
        var silo = View.Silo();

        var isInserted = await view.Table.InsertRowAsync(silo, (await view.Read()).Version.Next(), End);
        var table = await view.Read();
        silo.Status = SiloStatus.Active;

        Assert.False(isInserted);
        Assert.Equal(1, table.Version.Version);
        Assert.NotNull(table.TryGet(silo.SiloAddress));
        Assert.True(await view.Table.UpdateRowAsync(silo, table.Members[0].Item2, table.Version.Next(), End));
    }

    [Fact]
    public async Task a_write_that_lost_is_an_answer_and_no_trouble()
    {
        var account = await server.SiloAccount();
        using var one = await new View(account.KubeConfig()).Open();
        using var other = await new View(account.KubeConfig()).Open();
        var seen = (await one.Read()).Version.Next();
        await other.Insert(View.Silo());

        Assert.False(await one.Table.InsertRowAsync(View.Silo(), seen, End));
        Assert.Empty(one.Log.All);
    }

    [Fact]
    public async Task a_server_that_cannot_be_reached_is_found_when_it_is_there()
    {
        var account = await server.SiloAccount();
        var address = new Uri($"https://127.0.0.1:{Ports.Free(1)[0]}");
        using var view = new View(account.KubeConfig(address));

        var opening = view.Open();
        var line = await view.Log.Says("cannot be reached");
        await using var proxy = await FaultProxy.Start(await server.Server, address.Port);
        await opening;

        Assert.Contains($"https://127.0.0.1:{address.Port}", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_renewed_credential_and_a_renewed_authority_are_read_without_a_restart()
    {
        var account = await server.SiloAccount();
        var path = Path.Combine(account.Folder, "mine.kubeconfig");
        var good = await File.ReadAllTextAsync(account.KubeConfig(), End);
        await File.WriteAllTextAsync(path, good.Replace("token: ", "token: x", StringComparison.Ordinal), End);
        using var view = new View(path);

        var opening = view.Open();
        await view.Log.Says("does not accept the credential (401)");
        using (var stranger = new OtherAuthority(account.Folder))
        {
            await File.WriteAllTextAsync(path, good.Replace(Path.Combine((await server.Server).Certificates.Folder, "ca.pem"), stranger.Path, StringComparison.Ordinal), End);
            await view.Log.Says("is not trusted: check ca.crt");
            await File.WriteAllTextAsync(path, good, End);
        }

        await opening;
    }

    [Fact]
    public async Task a_pod_finds_its_server_its_namespace_and_its_token_by_itself()
    {
        var account = await server.SiloAccount();
        foreach (var (name, value) in account.Environment)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        try
        {
            using var view = await new View(null, configure: options => options.ServiceAccountDirectory = account.Folder).Open();
            await view.Insert(View.Silo());
        }
        finally
        {
            account.Environment.Keys.ToList().ForEach(static name => Environment.SetEnvironmentVariable(name, null));
        }

        using var same = await new View(account.KubeConfig()).Open();
        Assert.Single((await same.Read()).Members);
    }

    [Fact]
    public async Task a_process_that_is_stopped_stops_waiting()
    {
        using var view = new View((await server.Server).AdminKubeConfig, configure: static options => options.Namespace = "never-made");
        using var stopping = new CancellationTokenSource();

        var opening = view.Table.InitializeMembershipTableAsync(true, stopping.Token);
        await view.Log.Says("never-made");
        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(_soon, End));
    }

    private async Task<View> Behind(FaultProxy proxy, Action<KubernetesClusteringOptions>? configure = null)
    {
        var account = await server.SiloAccount();
        return await new View(account.KubeConfig(proxy.Address), configure: configure).Open();
    }

    private static async Task<bool> Fails(Func<Task<MembershipTableData>> read)
    {
        try
        {
            await read();
            return false;
        }
        catch (KubernetesClusteringException)
        {
            return true;
        }
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
