using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Uitsmijter.Actors.EndToEnd.Tests.Conformance;

namespace Uitsmijter.Actors.EndToEnd.Tests.IndependentClients;

/// <summary>An ASP.NET application whose only page needs a login by Microsoft's OpenID Connect handler; the page tells who came.</summary>
internal sealed class MicrosoftApplication : IAsyncDisposable
{
    private readonly WebApplication _application;

    private MicrosoftApplication(WebApplication application, Uri address) => (_application, Address) = (application, address);

    /// <summary>Where the application of <see cref="Certification.Framed"/> is: its address stands in the configuration of every server.</summary>
    public static Uri Framed { get; } = new($"http://127.0.0.1:{Ports.Free(1)[0]}");

    /// <summary>Its page.</summary>
    public Uri Address { get; }

    /// <summary>Starts one.</summary>
    /// <param name="issuer">The provider.</param>
    /// <param name="responseMode">How answers come.</param>
    /// <param name="clientId">Which client it is.</param>
    public static async Task<MicrosoftApplication> Start(string issuer, string responseMode, string clientId = Certification.First)
    {
        var address = clientId == Certification.Framed ? Framed : new Uri($"http://127.0.0.1:{Ports.Free(1)[0]}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(address.ToString());
        builder.Logging.ClearProviders();
        builder.Services.AddAuthorization();
        builder.Services
            .AddAuthentication(static options => (options.DefaultScheme, options.DefaultChallengeScheme) =
                (CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme))
            .AddCookie(options => options.Cookie.Name = $"application-{address.Port}")
            .AddOpenIdConnect(options => Configure(options, issuer, responseMode, clientId));
        var application = builder.Build();
        application.UseAuthentication();
        application.UseAuthorization();
        application.MapGet("/", Tell).RequireAuthorization();
        application.MapGet("/leave", static () => Results.SignOut(
            new AuthenticationProperties { RedirectUri = "/left" }, [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme]));
        application.MapGet("/left", static () => "Goodbye from the application.");
        await application.StartAsync();
        return new MicrosoftApplication(application, address);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private static void Configure(OpenIdConnectOptions options, string issuer, string responseMode, string clientId)
    {
        options.Authority = issuer;
        options.ClientId = clientId;
        if (clientId == Certification.ByPrivateKey)
        {
            options.Events = new OpenIdConnectEvents { OnPushAuthorization = Prove, OnAuthorizationCodeReceived = Prove };
        }
        else
        {
            options.ClientSecret = Certification.Secret;
        }

        options.ResponseType = "code";
        options.ResponseMode = responseMode;
        options.PushedAuthorizationBehavior = PushedAuthorizationBehavior.Require;
        options.MapInboundClaims = false;
        options.GetClaimsFromUserInfoEndpoint = true;
        options.SaveTokens = true;
        options.Scope.Clear();
        options.Scope.Add("openid");
        options.Scope.Add("email");
        options.ClaimActions.MapUniqueJsonKey("email", "email");
        // Plain http on loopback, for this test alone.
        options.RequireHttpsMetadata = false;
        foreach (var cookie in (CookieBuilder[])[options.CorrelationCookie, options.NonceCookie])
        {
            (cookie.SecurePolicy, cookie.SameSite) = (CookieSecurePolicy.SameAsRequest, SameSiteMode.Unspecified);
        }
    }

    // The handler knows no assertions by itself; its events let an application put one into each of its two requests.
    private static Task Prove(PushedAuthorizationContext context)
    {
        context.HandleClientAuthentication();
        Prove(context.ProtocolMessage, context.Options);
        return Task.CompletedTask;
    }

    private static Task Prove(AuthorizationCodeReceivedContext context)
    {
        Prove(context.TokenEndpointRequest!, context.Options);
        return Task.CompletedTask;
    }

    private static void Prove(OpenIdConnectMessage request, OpenIdConnectOptions options)
    {
        request.ClientAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        request.ClientAssertion = ClientKey.Assertion(options.ClientId!, options.Authority!);
    }

    private static async Task Tell(HttpContext context)
    {
        await context.Response.WriteAsync(JsonSerializer.Serialize(new
        {
            sub = context.User.FindFirstValue("sub"),
            email = context.User.FindFirstValue("email"),
            token = await context.GetTokenAsync("access_token"),
        }));
    }
}
