using System.Net;
using System.Text;

namespace Uitsmijter.Actors.Cluster.Tests.Load;

/// <summary>The way to the gateways, as one reverse proxy has it: it takes a gateway out as soon as its readiness probe says so, and tries no request twice.</summary>
internal sealed class Wire : IDisposable
{
    private static readonly TimeSpan _probeEvery = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient[] _clients;
    private readonly HttpClient _probe = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = TimeSpan.FromSeconds(2) };
    private readonly HttpClient _command = new();
    private readonly bool[] _isOut;
    private readonly CancellationTokenSource _end = new();

    /// <summary>A way to gateways.</summary>
    /// <param name="gateways">Their addresses.</param>
    public Wire(IReadOnlyList<Uri> gateways)
    {
        _isOut = new bool[gateways.Count];
        _clients = [.. gateways.Select(static gateway => new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = gateway, Timeout = TimeSpan.FromSeconds(20) })];
        for (var gateway = 0; gateway < gateways.Count; gateway++)
        {
            _ = Watch(gateway);
        }
    }

    /// <summary>How many gateways there are.</summary>
    public int Count => _clients.Length;

    /// <summary>The gateway a proxy would ask: one that is in, or the wanted one where all are out.</summary>
    /// <param name="wanted">Any number.</param>
    public int Choose(int wanted)
    {
        for (var turn = 0; turn < Count; turn++)
        {
            if (!Volatile.Read(ref _isOut[(wanted + turn) % Count]))
            {
                return (wanted + turn) % Count;
            }
        }

        return wanted % Count;
    }

    /// <summary>Sends a request as the proxy before a host.</summary>
    /// <param name="gateway">Which gateway.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="host">The host the person asked.</param>
    /// <param name="form">Form to post; null for GET.</param>
    /// <param name="headers">Further headers.</param>
    public async Task<Reply> Send(int gateway, string path, string host, Dictionary<string, string>? form = null, params (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(form is null ? HttpMethod.Get : HttpMethod.Post, path) { Content = form is null ? null : new FormUrlEncodedContent(form) };
        request.Headers.Host = host;
        foreach (var (name, value) in headers.Prepend(("X-Forwarded-Host", host)).Prepend(("X-Forwarded-Proto", "https")))
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await Send(_clients[gateway], request);
    }

    /// <summary>Gives a command at a management port.</summary>
    /// <param name="management">The port.</param>
    /// <param name="path">The command.</param>
    /// <param name="token">The operator's credential.</param>
    public async Task<Reply> Command(Uri management, string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(management, path));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return await Send(_command, request);
    }

    /// <summary>HTTP Basic.</summary>
    public static (string, string?) Basic(string user, string secret) => ("Authorization", "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{user}:{secret}")));

    private async Task<Reply> Send(HttpClient client, HttpRequestMessage request)
    {
        try
        {
            using var response = await client.SendAsync(request, _end.Token);
            var body = await response.Content.ReadAsStringAsync(_end.Token);
            return new Reply(response.StatusCode, response.Headers.Location?.OriginalString, Lines(response, "Set-Cookie"), Lines(response, "X-User-Email").FirstOrDefault(), body);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            return Reply.None;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _end.Cancel();
        foreach (var client in _clients.Append(_probe).Append(_command))
        {
            client.Dispose();
        }

        _end.Dispose();
    }

    private static List<string> Lines(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? [.. values.Select(static value => value.Split(';')[0])] : [];

    // As Traefik and others do it: by the readiness probe, at the port they also send requests to.
    private async Task Watch(int gateway)
    {
        var probe = new Uri(_clients[gateway].BaseAddress!, "/health/ready");
        try
        {
            while (true)
            {
                Volatile.Write(ref _isOut[gateway], !await IsReady(probe));
                await Task.Delay(_probeEvery, _end.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The run ends.
        }
    }

    private async Task<bool> IsReady(Uri probe)
    {
        try
        {
            using var answer = await _probe.GetAsync(probe, _end.Token);
            return answer.StatusCode == HttpStatusCode.NoContent;
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is TaskCanceledException && !_end.IsCancellationRequested))
        {
            return false;
        }
    }
}
