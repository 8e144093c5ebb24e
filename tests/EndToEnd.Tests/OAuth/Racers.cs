using System.Net;
using System.Text;
using System.Text.Json;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>A hundred of one client that redeem the same thing at the same time, at every gateway in turn.</summary>
internal sealed class Racers : IDisposable
{
    public const int Parallel = 100;

    private const string Host = "id.shop.test";

    private readonly World _world;
    private readonly RelyingParty _client;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(40) };

    public Racers(World world) => (_world, _client) = (world, new RelyingParty(world, Host, RelyingParty.Web, RelyingParty.Secret));

    public void Dispose()
    {
        _http.Dispose();
        _client.Dispose();
    }

    /// <summary>Logs the person in, whose session gives one code after the other.</summary>
    public async Task<Racers> LogIn()
    {
        await _client.Answer(_client.Request());
        return this;
    }

    /// <summary>Something to redeem, asked for until the cluster gives it: how to redeem it.</summary>
    public async Task<Func<HttpRequestMessage>> Get(Prize prize)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (true)
        {
            if (await TryGet(prize) is { } redemption)
            {
                return redemption;
            }

            await Task.Delay(100, patience.Token);
        }
    }

    /// <summary>All at once.</summary>
    public Task<Redemption[]> Race(Prize prize, Func<HttpRequestMessage> redemption) => Task.WhenAll(Enumerable.Range(0, Parallel).Select(number => Redeem(prize, redemption, number)));

    /// <summary>One alone.</summary>
    /// <param name="prize">What it is.</param>
    /// <param name="redemption">How to redeem it.</param>
    /// <param name="gateway">At which gateway.</param>
    public async Task<Redemption> Redeem(Prize prize, Func<HttpRequestMessage> redemption, int gateway) =>
        await Send(redemption(), gateway) is { } answer ? new(answer.Status, Won(prize, answer)) : default;

    /// <summary>The request that uses a refresh token.</summary>
    public Func<HttpRequestMessage> Refresh(string token) => Token(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = token });

    /// <summary>The status of the person's page at a gateway.</summary>
    public async Task<HttpStatusCode?> UserInfo(string accessToken, int gateway)
    {
        var request = Request(HttpMethod.Get, "/userinfo");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + accessToken);
        return (await Send(request, gateway))?.Status;
    }

    private async Task<Func<HttpRequestMessage>?> TryGet(Prize prize) => prize switch
    {
        Prize.Code => await Code() is { } code ? Token(Exchange(code)) : null,
        Prize.RefreshToken => await Code() is { } code && (await Redeem(Prize.RefreshToken, Token(Exchange(code)), 0)).Won is { } token ? Refresh(token) : null,
        Prize.DeviceCode => await Device(),
        _ => await Pushed(),
    };

    private Dictionary<string, string> Exchange(string code) => new()
    {
        ["grant_type"] = "authorization_code",
        ["code"] = code,
        ["redirect_uri"] = RelyingParty.Callback,
        ["code_verifier"] = _client.Verifier,
    };

    private async Task<string?> Code() => (await Redeem(Prize.PushedRequest, Authorize(_client.Request()), 1)).Won;

    private async Task<Func<HttpRequestMessage>?> Pushed()
    {
        if (await Send(Form("/oauth/par", _client.Request())(), 0) is not { Status: HttpStatusCode.Created } pushed)
        {
            return null;
        }

        return Authorize(new() { ["client_id"] = RelyingParty.Web, ["request_uri"] = Text(pushed.Body, "request_uri")! });
    }

    private async Task<Func<HttpRequestMessage>?> Device()
    {
        Dictionary<string, string> device = new() { ["client_id"] = Devices.Television };
        var start = Form("/oauth/device_authorization", new(device) { ["scope"] = "openid" }, proven: false)();

        // A household of its own: one network may start one every five seconds, and a thousand rounds would take hours.
        start.Headers.TryAddWithoutValidation("X-Forwarded-For", $"198.18.{Random.Shared.Next(256)}.{Random.Shared.Next(1, 255)}");
        if (await Send(start, 0) is not { Status: HttpStatusCode.OK } started)
        {
            return null;
        }

        var allowed = Form("/activate", new() { ["user_code"] = Text(started.Body, "user_code")!, ["username"] = "ada@example.com", ["password"] = "correct horse" }, proven: false)();
        allowed.Headers.TryAddWithoutValidation("Accept", "text/html");
        return await Send(allowed, 1) is { Status: HttpStatusCode.OK }
            ? Form("/token", new(device) { ["grant_type"] = Devices.Urn, ["device_code"] = Text(started.Body, "device_code")! }, proven: false)
            : null;
    }

    private static string? Won(Prize prize, Answer answer) => (prize, answer.Status) switch
    {
        (Prize.PushedRequest, HttpStatusCode.SeeOther) when answer.Location!.Contains("?code=", StringComparison.Ordinal) || answer.Location.Contains("&code=", StringComparison.Ordinal) =>
            answer.Location.Split("code=")[1].Split('&')[0],
        (Prize.RefreshToken, HttpStatusCode.OK) => Text(answer.Body, "refresh_token"),
        (_, HttpStatusCode.OK) => Text(answer.Body, "access_token"),
        _ => null,
    };

    private static string? Text(string body, string member) => JsonSerializer.Deserialize<JsonElement>(body).GetProperty(member).GetString();

    private static Func<HttpRequestMessage> Token(Dictionary<string, string> form) => Form("/token", form);

    private static Func<HttpRequestMessage> Form(string path, Dictionary<string, string> form, bool proven = true) => () =>
    {
        var request = Request(HttpMethod.Post, path);
        request.Content = new FormUrlEncodedContent(form);
        if (proven)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{RelyingParty.Web}:{RelyingParty.Secret}")));
        }

        return request;
    };

    private Func<HttpRequestMessage> Authorize(Dictionary<string, string> parameters) => () =>
    {
        var request = Request(HttpMethod.Get, "/authorize?" + string.Join('&', parameters.Select(static pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}")));
        request.Headers.TryAddWithoutValidation("Accept", "text/html");
        request.Headers.TryAddWithoutValidation("Cookie", _client.LoginCookie);
        return request;
    };

    private static HttpRequestMessage Request(HttpMethod method, string target)
    {
        var request = new HttpRequestMessage(method, target);
        request.Headers.Host = Host;
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", Host);
        return request;
    }

    private async Task<Answer?> Send(HttpRequestMessage request, int number)
    {
        var gateways = _world.Server.Gateways;
        request.RequestUri = new Uri(gateways[number % gateways.Count], request.RequestUri!);
        try
        {
            using (request)
            using (var response = await _http.SendAsync(request))
            {
                return new(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.Location?.OriginalString);
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    private sealed record Answer(HttpStatusCode Status, string Body, string? Location);
}
