using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.Gateway.Tests.Login;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.Authorization;

/// <summary><c>id_token_hint</c> at the authorization endpoint (docs/oauth/authorization.md): an ID token of ours, expired or not, and nobody else's.</summary>
[Trait("Standard", "OpenID Connect Core 1.0")]
public sealed class IdTokenHintTests
{
    private const string Host = "login.example.com";
    private const string Issuer = "https://login.example.com";
    private const string Callback = "https://app.example.net/callback";
    private const string Ada = "subject-of-ada@example.com";

    private static readonly Client _client = new()
    {
        Name = "shop",
        Ident = Guid.Parse("6f3c7b5e-6c53-4f0e-9d3f-1d4c7b1c2a12"),
        TenantName = LoginWorld.Cheese.Name,
        RedirectUrls = [Callback],
        GrantTypes = ["authorization_code"],
        IsConfidential = true,
    };

    public static TheoryData<TimeSpan> Ages => [TimeSpan.Zero, TimeSpan.FromHours(3), TimeSpan.FromDays(400)];

    [Theory, MemberData(nameof(Ages))]
    public async Task a_hint_of_the_right_person_is_taken_however_long_ago_it_expired(TimeSpan age)
    {
        var answer = await Silently(Issuer, Ada, age);

        Assert.True(answer.ContainsKey("code"), answer.GetValueOrDefault("error_description"));
    }

    [Theory, MemberData(nameof(Ages))]
    public async Task a_hint_of_somebody_else_gets_no_answer_about_the_person_who_is_there(TimeSpan age)
    {
        var answer = await Silently(Issuer, "subject-of-eve@example.com", age);

        Assert.Equal("login_required", answer["error"]);
        Assert.False(answer.ContainsKey("code"));
    }

    [Fact]
    public async Task an_expired_hint_of_another_issuer_is_forged_all_the_same()
    {
        var answer = await Silently("https://login.example.org", Ada, TimeSpan.FromHours(3));

        Assert.Equal("invalid_request", answer["error"]);
    }

    /// <summary>Asks for a code without a form while Ada is logged in, with a hint that lived two hours and was made some time ago.</summary>
    private static async Task<Dictionary<string, string>> Silently(string issuer, string subject, TimeSpan age)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var world = await LoginWorld.Start();
        world.Cluster.Keys.SigningKeys = [new PublicSigningKey { Kid = "k1", Algorithm = SigningAlgorithm.ES256, Spki = [.. key.ExportSubjectPublicKeyInfo()], Stage = SigningKeyStage.Active }];
        world.Cluster.Catalog.Publish(_client);
        await Eventually.Holds(() => world.Services.GetRequiredService<CatalogMirror>().Current.ClientByIdent(_client.Ident) is not null);
        var ada = world.OpenBrowser();
        await ada.LogIn(Host, "?for=https://cookbooks.example.com/&mode=interceptor");
        var hint = Sign(key, issuer, subject, world.Clock.GetUtcNow() - age);

        var answer = await ada.Get(Host, $"/authorize?response_type=code&client_id={_client.Ident}&redirect_uri={Uri.EscapeDataString(Callback)}&scope=openid&prompt=none&id_token_hint={hint}");

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.StartsWith(Callback + "?", answer.Location, StringComparison.Ordinal);
        return QueryHelpers.ParseQuery(answer.Location![Callback.Length..]).ToDictionary(static pair => pair.Key, static pair => pair.Value.ToString());
    }

    private static string Sign(ECDsa key, string issuer, string subject, DateTimeOffset made)
    {
        var claims = new Dictionary<string, object>
        {
            ["iss"] = issuer,
            ["sub"] = subject,
            ["aud"] = _client.Ident.ToString(),
            ["exp"] = made.AddHours(2).ToUnixTimeSeconds(),
            ["iat"] = made.ToUnixTimeSeconds(),
        };
        var signed = $"{Base64Url.EncodeToString("""{"alg":"ES256","typ":"JWT","kid":"k1"}"""u8)}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }
}
