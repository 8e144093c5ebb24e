using System.Net;
using System.Text;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>A <c>Host</c> that looks like punycode and is none: an unknown host like any other, and no failure of ours.</summary>
[Trait("Attack", "3")]
[Trait("Attack", "46")]
public sealed class HostsThatAreNoNames(BadInput.OwnServer own) : IClassFixture<BadInput.OwnServer>
{
    private const string Request = "?client_id=" + RelyingParty.Spa + "&response_type=code&redirect_uri=https%3A%2F%2Fapp.shop.test%2Fcallback&scope=openid&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
    private const string Code = "grant_type=authorization_code&code=made-up&client_id=" + RelyingParty.Spa;
    private const string Proven = "grant_type=client_credentials&client_id=" + RelyingParty.Web + "&client_secret=" + RelyingParty.Secret;

    public static TheoryData<string, string?, HttpStatusCode> Doors => new()
    {
        { "/authorize" + Request, null, HttpStatusCode.Forbidden },
        { "/authorize", "", HttpStatusCode.BadRequest },
        { "/login", null, HttpStatusCode.BadRequest },
        { "/login", "location=/", HttpStatusCode.BadRequest },
        { "/logout", null, HttpStatusCode.BadRequest },
        { "/account", null, HttpStatusCode.BadRequest },
        { "/activate", null, HttpStatusCode.BadRequest },
        { "/consent", "answer=allow", HttpStatusCode.Forbidden },
        { "/.well-known/openid-configuration", null, HttpStatusCode.BadRequest },
        { "/nothing-here", null, HttpStatusCode.NotFound },
        { "/token", Code, HttpStatusCode.BadRequest },
        { "/token", Proven, HttpStatusCode.OK },
        { "/introspect", Proven, HttpStatusCode.BadRequest },
        { "/userinfo", null, HttpStatusCode.Unauthorized },
    };

    [Theory, MemberData(nameof(Doors))]
    public async Task a_host_that_is_no_punycode_is_a_host_of_nobody_and_no_failure(string path, string? form, HttpStatusCode status)
    {
        foreach (var host in new[] { "xn--x", "xn--login-x.shop.test", "xn--99999" })
        {
            using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = own.World.Server.Address };
            using var request = new HttpRequestMessage(form is null ? HttpMethod.Get : HttpMethod.Post, path);
            request.Headers.Host = host;
            request.Content = form is null ? null : new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");

            using var answer = await client.SendAsync(request);

            Assert.Equal((host, status), (host, answer.StatusCode));
        }
    }
}
