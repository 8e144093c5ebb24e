using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Uitsmijter.Actors.EndToEnd.Tests.Applications;

/// <summary>
/// A .NET application behind the proxy: takes the token of <c>Authorization</c> when signature, issuer, audience, algorithm and time are right by Microsoft's own
/// library, and shows its claims.
/// </summary>
public sealed class DotnetApplication : IAsyncDisposable
{
    private readonly WebApplication _application;

    private DotnetApplication(WebApplication application) => _application = application;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_application.Urls.First());

    /// <summary>Starts the application.</summary>
    /// <param name="server">Where it finds the tenant's published keys.</param>
    /// <param name="host">Its own host, whose tokens it takes.</param>
    /// <param name="issuer">Whose tokens it takes.</param>
    /// <param name="algorithm">The tenant's algorithm.</param>
    /// <param name="secret">The shared secret, for tenants that sign with it.</param>
    public static async Task<DotnetApplication> Start(Uri server, string host, string issuer, string algorithm, string secret)
    {
        using var client = new HttpClient { BaseAddress = server };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/jwks.json") { Headers = { Host = host } };
        using var published = await client.SendAsync(request);
        var expected = new TokenValidationParameters
        {
            ValidIssuer = issuer,
            ValidAudience = host,
            ValidAlgorithms = [algorithm],
            IssuerSigningKeys = algorithm == SecurityAlgorithms.HmacSha256
                ? [new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret))]
                : JsonWebKeySet.Create(await published.Content.ReadAsStringAsync()).GetSigningKeys(),
        };

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        application.Run(context => Answer(context, expected));
        await application.StartAsync();
        return new DotnetApplication(application);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private static async Task Answer(HttpContext context, TokenValidationParameters expected)
    {
        var token = context.Request.Headers.Authorization is [{ } value] && value.StartsWith("Bearer ", StringComparison.Ordinal) ? value["Bearer ".Length..] : null;
        var verdict = await new JsonWebTokenHandler().ValidateTokenAsync(token, expected);
        context.Response.StatusCode = verdict.IsValid ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized;
        await context.Response.WriteAsJsonAsync(verdict.IsValid
            ? (object)new { claims = verdict.Claims.ToDictionary(static claim => claim.Key, static claim => claim.Value.ToString()) }
            : new { problem = verdict.Exception?.Message });
    }
}
