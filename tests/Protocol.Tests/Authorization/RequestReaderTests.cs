using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Words;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Authorization;

public sealed class RequestReaderTests
{
    private static readonly Client _client = new()
    {
        Ident = Guid.Parse("6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a01"),
        Name = "shop",
        TenantName = "shop",
        RedirectUrls = ["https://app.example/", "com.example.app:/back"],
        IsConfidential = true,
        Scopes = ["openid", "email"],
        Resources = ["https://api.example/"],
    };

    [Fact]
    public void a_client_that_must_push_gets_nothing_by_the_front_door()
    {
        var client = _client with { RequirePushedRequests = true };

        Assert.Equal(OAuthErrors.InvalidRequest, Assert.IsType<RequestReading.Faulty>(Read(client, [], isPushed: false)).Error.Error);
        Assert.IsType<RequestReading.Ready>(Read(client, [], isPushed: true));
    }

    [Fact]
    [Trait("Attack", "46")]
    public void what_a_good_request_is_read_by_is_all_that_is_kept_of_one()
    {
        HashSet<string> asked = [OAuthParameters.Resource];
        var good = Values(new() { [OAuthParameters.CodeChallenge] = new string('c', 43), [OAuthParameters.CodeChallengeMethod] = "S256" });

        var reading = RequestReader.Read(
            _client,
            name =>
            {
                asked.Add(name);
                return good.GetValueOrDefault(name);
            },
            [],
            isPushed: true);

        Assert.IsType<RequestReading.Ready>(reading);

        // Those that are refused wherever they stand are in no request that was taken.
        Assert.Equal(asked.Except([OAuthParameters.Request, OAuthParameters.RequestUri, OAuthParameters.Registration]).Order(StringComparer.Ordinal), RequestReader.Parameters.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("https://app.example/back?code=attackers", false)]
    [InlineData("https://app.example/back?a=1&state=x", false)]
    [InlineData("https://app.example/back?c%6Fde=attackers", false)]
    [InlineData("https://app.example/back?iss", false)]
    [InlineData("https://app.example/back?error=access_denied", false)]
    [InlineData("https://app.example/back?decode=1&status=2", true)]
    [InlineData("https://app.example/back", true)]
    [InlineData("https://app.example/own?state=fixed", true)]
    [Trait("Attack", "14")]
    public void a_pattern_lets_nobody_write_an_answer_into_the_address(string address, bool isGood)
    {
        var client = _client with { RedirectUrls = [@"https://app\.example/back.*", "https://app.example/own?state=fixed"] };

        var reading = Read(client, new() { [OAuthParameters.RedirectUri] = address });

        Assert.Equal(isGood, reading is RequestReading.Ready);
        Assert.True(isGood || reading is RequestReading.Unusable);
    }

    [Fact]
    public void an_application_without_a_web_address_cannot_be_posted_to()
    {
        var reading = Read(_client, new() { [OAuthParameters.ResponseMode] = ResponseModes.FormPost, [OAuthParameters.RedirectUri] = "com.example.app:/back" });

        Assert.Equal(ResponseModes.Query, Assert.IsType<RequestReading.Faulty>(reading).ResponseMode);
    }

    [Fact]
    public void what_is_wrong_with_a_request_for_a_posted_answer_is_posted_too()
    {
        var reading = Read(_client, new() { [OAuthParameters.ResponseMode] = ResponseModes.FormPost, [OAuthParameters.Request] = "x" });

        var faulty = Assert.IsType<RequestReading.Faulty>(reading);
        Assert.Equal((ResponseModes.FormPost, OAuthErrors.RequestNotSupported), (faulty.ResponseMode, faulty.Error.Error));
    }

    [Fact]
    public void a_resource_the_client_may_not_have_is_no_target()
    {
        var values = Values([]);

        var good = RequestReader.Read(_client, values.GetValueOrDefault, ["https://api.example/"]);
        var bad = RequestReader.Read(_client, values.GetValueOrDefault, ["https://api.example/", "https://other.example/"]);

        Assert.Equal(["https://api.example/"], Assert.IsType<RequestReading.Ready>(good).Request.Resources);
        Assert.Equal(OAuthErrors.InvalidTarget, Assert.IsType<RequestReading.Faulty>(bad).Error.Error);
    }

    [Theory]
    [InlineData("urn:ietf:params:oauth:request_uri:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", true)]
    [InlineData("urn:ietf:params:oauth:request_uri:AAAA", false)]
    [InlineData("urn:ietf:params:oauth:request_uri:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/", false)]
    [InlineData("https://evil.example/", false)]
    [InlineData(null, false)]
    public void only_a_name_of_ours_is_looked_up(string? text, bool isOurs) => Assert.Equal(isOurs, PushedRequestUri.KeyOf(text) is not null);

    [Fact]
    public void a_name_has_all_its_random_bits_and_its_key_has_none()
    {
        var uri = PushedRequestUri.Make(Enumerable.Range(0, PushedRequestUri.RandomBytes).Select(static one => (byte)one).ToArray());

        Assert.EndsWith(":AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", uri, StringComparison.Ordinal);
        Assert.DoesNotContain("AAECAwQ", PushedRequestUri.KeyOf(uri)!, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("""{"userinfo":{"email":null}}""", """{"userinfo":{"email":null},"id_token":{}}""")]
    [InlineData("""{"userinfo":{"phone_number":null,"name":null}}""", null)]
    [InlineData("""{"id_token":{"iss":null,"sub":null,"shoe":{"essential":true}},"other":1}""", """{"userinfo":{},"id_token":{"shoe":null}}""")]
    [InlineData("{}", null)]
    public void a_grant_remembers_the_claims_the_client_may_ask_for(string claims, string? agreed) => Assert.Equal(agreed, ClaimsRequest.Parse(claims)!.Agreed(_client.Scopes));

    [Theory]
    [InlineData("{\"userinfo\":{\"a\":null,\"a\":null}}")]
    [InlineData("{\"userinfo\":{\"a\":true}}")]
    [InlineData("{\"userinfo\":{\"\\ud800\":null}}")]
    [InlineData("null")]
    [InlineData("")]
    public void claims_that_are_none_are_nothing(string claims) => Assert.Null(ClaimsRequest.Parse(claims));

    [Fact]
    public void claims_have_an_end()
    {
        var many = string.Join(',', Enumerable.Range(0, 65).Select(static one => $"\"c{one}\":null"));

        Assert.Null(ClaimsRequest.Parse($"{{\"userinfo\":{{{many}}}}}"));
        Assert.Null(ClaimsRequest.Parse($"{{\"x\":\"{new string('x', ClaimsRequest.MaxLength)}\"}}"));
    }

    private static RequestReading Read(Client client, Dictionary<string, string> changes, bool isPushed = false) =>
        RequestReader.Read(client, Values(changes).GetValueOrDefault, [], isPushed);

    private static Dictionary<string, string?> Values(Dictionary<string, string> changes)
    {
        var values = new Dictionary<string, string?>
        {
            [OAuthParameters.ResponseType] = ResponseTypes.Code,
            [OAuthParameters.ClientId] = _client.Ident.ToString(),
            [OAuthParameters.RedirectUri] = "https://app.example/",
        };
        foreach (var (name, value) in changes)
        {
            values[name] = value;
        }

        return values;
    }
}
