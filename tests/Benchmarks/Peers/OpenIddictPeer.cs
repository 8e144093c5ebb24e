using System.Data.Common;
using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using Uitsmijter.Actors.Benchmarks.OAuth;

namespace Uitsmijter.Actors.Benchmarks.Peers;

/// <summary>
/// A peer: OpenIddict 7 over SQLite with one client; people are known by ASP.NET's cookie, and log in at a form that takes any name and password. <c>tuned</c> gives it every advantage (no fsync, a client secret that
/// is not stretched); <c>default</c> is what its documentation leads to.
/// </summary>
internal static class OpenIddictPeer
{
    /// <summary>Serves until the process ends.</summary>
    /// <param name="arguments">Port, algorithm, <c>tuned</c> or <c>default</c>.</param>
    public static async Task Serve(string[] arguments)
    {
        var (port, algorithm, isTuned) = (arguments[0], arguments[1], arguments[2] == "tuned");
        var directory = Directory.CreateTempSubdirectory("openiddict-peer-").FullName;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddDbContextPool<DbContext>(options =>
        {
            options.UseSqlite($"Data Source={Path.Combine(directory, "peer.db")}");
            options.UseOpenIddict();
            options.AddInterceptors(new Pragmas(isTuned ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" : "PRAGMA journal_mode=WAL;"));
        });
        AddOpenIddict(builder.Services, algorithm, isTuned);
        var application = builder.Build();
        application.UseAuthentication();
        application.MapMethods("/authorize", [HttpMethods.Get], Authorize);
        application.MapMethods("/login", [HttpMethods.Get], Form);
        application.MapMethods("/login", [HttpMethods.Post], LogIn);
        application.MapMethods("/token", [HttpMethods.Post], Exchange);
        await Seed(application.Services);
        await application.RunAsync();
    }

    private static void AddOpenIddict(IServiceCollection services, string algorithm, bool isTuned)
    {
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(static options => options.LoginPath = "/login");
        services.AddOpenIddict()
            .AddCore(options =>
            {
                options.UseEntityFrameworkCore().UseDbContext<DbContext>();
                if (isTuned)
                {
                    options.ReplaceApplicationManager(typeof(PlainSecrets<>));
                }
            })
            .AddServer(options =>
            {
                options.SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token").SetIntrospectionEndpointUris("introspect");
                options.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().AllowClientCredentialsFlow().RequireProofKeyForCodeExchange();
                options.RegisterScopes(OpenIddictConstants.Scopes.OpenId, OpenIddictConstants.Scopes.OfflineAccess, "read");
                options.AddSigningKey(algorithm == "RS256" ? new RsaSecurityKey(RSA.Create(2048)) : new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)));
                options.AddEphemeralEncryptionKey().DisableAccessTokenEncryption();
                options.UseAspNetCore().EnableAuthorizationEndpointPassthrough().EnableTokenEndpointPassthrough().DisableTransportSecurityRequirement();
            });
    }

    private static async Task Seed(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DbContext>().Database.EnsureCreatedAsync();
        await scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>().CreateAsync(new OpenIddictApplicationDescriptor
        {
            ClientId = Contestant.PeerClient,
            ClientSecret = Contestant.Secret,
            RedirectUris = { new Uri(Contestant.Callback) },
            Permissions =
            {
                OpenIddictConstants.Permissions.Endpoints.Authorization,
                OpenIddictConstants.Permissions.Endpoints.Token,
                OpenIddictConstants.Permissions.Endpoints.Introspection,
                OpenIddictConstants.Permissions.GrantTypes.AuthorizationCode,
                OpenIddictConstants.Permissions.GrantTypes.RefreshToken,
                OpenIddictConstants.Permissions.GrantTypes.ClientCredentials,
                OpenIddictConstants.Permissions.ResponseTypes.Code,
                OpenIddictConstants.Permissions.Prefixes.Scope + "read",
            },
        });
    }

    private static async Task Authorize(HttpContext context)
    {
        var known = await context.AuthenticateAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        if (known.Principal?.Identity?.Name is not { } name)
        {
            await context.ChallengeAsync(CookieAuthenticationDefaults.AuthenticationScheme, new AuthenticationProperties { RedirectUri = context.Request.PathBase + context.Request.Path + context.Request.QueryString });
            return;
        }

        await context.SignInAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme, Person(name, context.GetOpenIddictServerRequest()!));
    }

    // Neither anti-forgery nor a look at the password: what a real page needs besides is not held against the peer.
    private static async Task Form(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(
            $"""
            <!doctype html><title>Log in</title><form action="/login" method="post"><input type="hidden" name="target" value="{HtmlEncoder.Default.Encode(context.Request.Query["ReturnUrl"].ToString())}">
            <input name="username"><input name="password" type="password"><button>Log in</button></form>
            """);
    }

    private static async Task LogIn(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, form["username"].ToString())], CookieAuthenticationDefaults.AuthenticationScheme);
        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, new ClaimsPrincipal(identity));
        context.Response.Redirect(form["target"].ToString());
    }

    private static async Task Exchange(HttpContext context)
    {
        var request = context.GetOpenIddictServerRequest()!;
        var principal = request.IsClientCredentialsGrantType()
            ? Person(request.ClientId!, request)
            : (await context.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)).Principal!;
        await context.SignInAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme, principal);
    }

    private static ClaimsPrincipal Person(string subject, OpenIddictRequest request)
    {
        var identity = new ClaimsIdentity(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        identity.SetClaim(OpenIddictConstants.Claims.Subject, subject);
        identity.SetClaim(OpenIddictConstants.Claims.Email, subject);
        identity.SetScopes(request.GetScopes());
        identity.SetResources(Contestant.PeerClient);
        identity.SetDestinations(static _ => [OpenIddictConstants.Destinations.AccessToken]);
        return new ClaimsPrincipal(identity);
    }

    private sealed class Pragmas(string text) : DbConnectionInterceptor
    {
        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant of this file.
            command.CommandText = text;
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
