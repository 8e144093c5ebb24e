using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Uitsmijter.Actors.EndToEnd.Tests.Conformance;

/// <summary>
/// The relying party of the modules: asks as the conformance suite asks, and checks with every answer what the suite checks in each of its modules
/// (its <c>AbstractOIDCCServerTest</c>): state, issuer, token answer, ID token with signature, UserInfo of the same subject.
/// </summary>
internal sealed class Party : IDisposable
{
    private readonly HttpClient _http = new();
    private readonly string _mode;

    private Party(string clientId, string mode, JsonElement metadata, Person person) => (ClientId, _mode, Metadata, Person) = (clientId, mode, metadata, person);

    /// <summary>Its id.</summary>
    public string ClientId { get; }

    /// <summary>The provider's metadata.</summary>
    public JsonElement Metadata { get; }

    /// <summary>Who is sent to the provider.</summary>
    public Person Person { get; }

    /// <summary>A client that has read the provider's metadata.</summary>
    /// <param name="world">The server.</param>
    /// <param name="mode">Response mode; <c>query</c> is not said, it is the default.</param>
    /// <param name="clientId">The client.</param>
    /// <param name="person">Somebody who may have a session, or null for somebody new.</param>
    public static async Task<Party> Of(World world, string mode, string clientId = Certification.First, Person? person = null)
    {
        using var http = new HttpClient();
        var metadata = JsonSerializer.Deserialize<JsonElement>(await http.GetStringAsync(new Uri(world.Issuer + "/.well-known/openid-configuration")));
        Assert.Equal(world.Issuer, metadata.GetProperty("issuer").GetString());
        return new Party(clientId, mode, metadata, person ?? new Person());
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _http.Dispose();
        Person.Dispose();
    }

    /// <summary>An ordinary request.</summary>
    /// <param name="scope">Scopes.</param>
    public Dictionary<string, string> Request(string scope = "openid")
    {
        var request = new Dictionary<string, string>
        {
            ["client_id"] = ClientId,
            ["redirect_uri"] = Certification.Callback,
            ["scope"] = scope,
            ["state"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(8)),
            ["nonce"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(8)),
            ["response_type"] = "code",
        };
        if (_mode != "query")
        {
            request["response_mode"] = _mode;
        }

        return request;
    }

    /// <summary>Sends the person to the authorization endpoint.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isPost">By a form instead of a query.</param>
    public Task<Arrival> Send(Dictionary<string, string> request, bool isPost = false)
    {
        var endpoint = Metadata.GetProperty("authorization_endpoint").GetString()!;
        return isPost
            ? Person.Submit(new Uri(endpoint), request, Certification.Callback)
            : Person.Visit(new Uri($"{endpoint}?{string.Join('&', request.Select(static one => $"{one.Key}={Uri.EscapeDataString(one.Value)}"))}"), Certification.Callback);
    }

    /// <summary>What the client is told, in the mode it asked for, with the state it sent and the issuer it knows.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isPost">By a form instead of a query.</param>
    public async Task<Dictionary<string, string>> Answer(Dictionary<string, string> request, bool isPost = false)
    {
        var arrival = await Send(request, isPost);
        Assert.True(arrival.IsAtClient, $"A page stayed: {arrival.Status} {arrival.Page}");
        Assert.Equal("", arrival.Address.Fragment);
        Assert.Equal(request.ContainsKey("response_mode"), arrival.Form is not null);
        var answer = arrival.Form ?? Person.Parameters(arrival.Address.Query.TrimStart('?'));
        Assert.Equal(request["state"], answer["state"]);
        Assert.Equal(Metadata.GetProperty("issuer").GetString(), answer["iss"]);
        return answer;
    }

    /// <summary>The whole way to checked tokens and the person's claims.</summary>
    /// <param name="request">The request.</param>
    /// <param name="bySecretPost">Proves itself in the form instead of by HTTP Basic.</param>
    /// <param name="isPost">Asks by a form instead of a query.</param>
    /// <param name="verifier">PKCE's verifier, or null.</param>
    public async Task<Login> LogIn(Dictionary<string, string> request, bool bySecretPost = false, bool isPost = false, string? verifier = null)
    {
        var answer = await Answer(request, isPost);
        Assert.False(answer.ContainsKey("error"), answer.GetValueOrDefault("error_description"));
        var form = CodeForm(answer["code"], request["redirect_uri"]);
        if (verifier is not null)
        {
            form["code_verifier"] = verifier;
        }

        return await Judge(await Token(form, bySecretPost), request.GetValueOrDefault("nonce"));
    }

    /// <summary>The form that exchanges a code.</summary>
    public static Dictionary<string, string> CodeForm(string code, string redirectUri = Certification.Callback) =>
        new() { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = redirectUri };

    /// <summary>Asks the token endpoint.</summary>
    /// <param name="form">The request.</param>
    /// <param name="bySecretPost">Proves itself in the form instead of by HTTP Basic.</param>
    public async Task<Told> Token(Dictionary<string, string> form, bool bySecretPost = false)
    {
        if (bySecretPost)
        {
            return await Ask(new(form) { ["client_id"] = ClientId, ["client_secret"] = Certification.Secret }, null);
        }

        var credentials = $"{WebUtility.UrlEncode(ClientId)}:{WebUtility.UrlEncode(Certification.Secret)}";
        return await Ask(form, new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))));
    }

    /// <summary>Asks the token endpoint with an assertion (RFC 7523 §2.2).</summary>
    /// <param name="form">The request.</param>
    /// <param name="assertion">Makes one of a client for an audience.</param>
    public Task<Told> Token(Dictionary<string, string> form, Func<string, string, string> assertion) => Ask(
        new(form)
        {
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = assertion(ClientId, Metadata.GetProperty("issuer").GetString()!),
        },
        null);

    /// <summary>Checks a token answer, its ID token, and UserInfo of the same subject.</summary>
    /// <param name="told">The answer.</param>
    /// <param name="nonce">What the request said, or null.</param>
    public async Task<Login> Judge(Told told, string? nonce)
    {
        Assert.True(told.Status == HttpStatusCode.OK, told.Body.GetRawText());
        Assert.Equal("bearer", told.Text("token_type"), ignoreCase: true);
        Assert.InRange(told.Body.GetProperty("expires_in").GetInt32(), 1, int.MaxValue);
        var idToken = await Verify(told.Text("id_token"));
        Assert.Equal(nonce, idToken.TryGetPayloadValue<string>("nonce", out var own) ? own : null);
        Assert.Equal(LeftHalf(told.Text("access_token")), idToken.GetClaim("at_hash").Value);
        using var answer = await UserInfo(told.Text("access_token"));
        var person = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(idToken.Subject, person.GetProperty("sub").GetString());
        return new Login(told, idToken, person);
    }

    /// <summary>Asks UserInfo with a bearer token in the header.</summary>
    public async Task<HttpResponseMessage> UserInfo(string accessToken, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, UserInfoEndpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return await _http.SendAsync(request);
    }

    /// <summary>Asks UserInfo with the token in a form (RFC 6750 §2.2).</summary>
    public Task<HttpResponseMessage> UserInfoByForm(string accessToken) =>
        _http.PostAsync(UserInfoEndpoint, new FormUrlEncodedContent([KeyValuePair.Create("access_token", accessToken)]));

    /// <summary>The provider's published keys.</summary>
    public async Task<JsonElement> Keys() =>
        JsonSerializer.Deserialize<JsonElement>(await _http.GetStringAsync(new Uri(Metadata.GetProperty("jwks_uri").GetString()!)));

    private Uri UserInfoEndpoint => new(Metadata.GetProperty("userinfo_endpoint").GetString()!);

    private async Task<Told> Ask(Dictionary<string, string> form, AuthenticationHeaderValue? proof)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Metadata.GetProperty("token_endpoint").GetString()) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Authorization = proof;
        using var answer = await _http.SendAsync(request);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        return new Told(answer.StatusCode, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()));
    }

    /// <summary>Signature by the key the token names, issuer, audience, times (OpenID Connect Core §3.1.3.7).</summary>
    private async Task<JsonWebToken> Verify(string token)
    {
        var keys = JsonWebKeySet.Create((await Keys()).GetRawText()).Keys;
        var kid = new JsonWebToken(token).Kid;
        var verdict = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = Metadata.GetProperty("issuer").GetString(),
            ValidAudience = ClientId,
            IssuerSigningKey = Assert.Single(keys, key => key.Kid == kid),
            ValidAlgorithms = [.. Metadata.GetProperty("id_token_signing_alg_values_supported").EnumerateArray().Select(static one => one.GetString()!)],
            ClockSkew = TimeSpan.FromSeconds(5),
        });
        Assert.True(verdict.IsValid, verdict.Exception?.Message);
        return (JsonWebToken)verdict.SecurityToken;
    }

    private static string LeftHalf(string token) => Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(token))[..16]);
}

/// <summary>An answer of the token endpoint.</summary>
internal sealed record Told(HttpStatusCode Status, JsonElement Body)
{
    /// <summary>A member that must be a text.</summary>
    public string Text(string member) => Body.GetProperty(member).GetString()!;
}

/// <summary>A checked login.</summary>
internal sealed record Login(Told Told, JsonWebToken IdToken, JsonElement UserInfo)
{
    /// <summary>When the person proved who they are, in seconds.</summary>
    public long AuthTime => IdToken.GetPayloadValue<long>("auth_time");
}
