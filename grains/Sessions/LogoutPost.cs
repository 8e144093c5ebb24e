using System.Security.Cryptography;
using System.Text;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Login.Scripts;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Hosts;
using Uitsmijter.Actors.Protocol.Sessions;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Grains.Sessions;

/// <summary>
/// Posts one logout token to one client (Back-Channel Logout §2.5). The address comes from configuration that others may write, so it goes out by the
/// tenant's egress rules, with private networks closed (attack group 42): resolved addresses judged at the connection, no redirects, short time, small answers.
/// </summary>
/// <param name="catalog">The mirror.</param>
/// <param name="settings">The server's settings.</param>
/// <param name="resolve">Turns a host name into addresses.</param>
/// <param name="grains">Reaches the signing grain.</param>
/// <param name="clock">The clock.</param>
internal sealed class LogoutPost(CatalogEntries catalog, ServerSettings settings, HostResolver resolve, IGrainFactory grains, TimeProvider clock) : IDisposable
{
    /// <summary>Attempts of one silo that are under way at the same time.</summary>
    private const int Places = 32;

    private const int TokenIdBytes = 16;
    private static readonly TimeSpan _time = TimeSpan.FromSeconds(10);
    private static readonly ScriptLimits _limits = ScriptLimits.For(_time) with { Redirects = 0, FetchBody = 64 * 1024 };

    private readonly SemaphoreSlim _places = new(Places);

    /// <inheritdoc />
    public void Dispose() => _places.Dispose();

    /// <summary>Tells one client. Never throws: whatever goes wrong is a failed attempt.</summary>
    /// <param name="sid">The session that ended.</param>
    /// <param name="state">Whose it was.</param>
    /// <param name="told">The client.</param>
    public async Task<LogoutResult> Tell(string sid, LogoutDeliveryState state, PendingClient told)
    {
        if (!catalog.IsLoaded)
        {
            return new LogoutResult.Failed("the catalog is not there yet");
        }

        if (catalog.Tenant(state.Tenant) is not { } tenant
            || catalog.Client(told.Client)?.Client is not { } client
            || client.TenantName != state.Tenant
            || client.Logout.BackChannelUri is not { } address)
        {
            return new LogoutResult.Unwanted();
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || !ProtectedAddress.Is(uri))
        {
            return new LogoutResult.Failed("its address is neither https nor of this machine");
        }

        await _places.WaitAsync();
        try
        {
            return await Send(tenant, uri, await Token(tenant.Tenant, client, sid, state.Subject, told.ClientId));
        }
        catch (Exception failure)
        {
            // Signing may be out of reach for a moment; the message could hold anything, the type cannot.
            return new LogoutResult.Failed(failure.GetType().Name);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task<LogoutResult> Send(TenantEntry tenant, Uri uri, string token)
    {
        using var deadline = new CancellationTokenSource(_time);
        using var fetcher = new ScriptFetcher(EgressRules.OfClients(tenant.Scripts, loopback: !settings.IsProduction), resolve);
        var request = new FetchRequest
        {
            Url = uri,
            Method = "POST",
            Headers = [KeyValuePair.Create("Content-Type", "application/x-www-form-urlencoded"), KeyValuePair.Create("Accept", "*/*")],
            Body = Encoding.ASCII.GetBytes($"{OAuthParameters.LogoutToken}={token}"),
        };
        return await fetcher.Send(request, _limits, deadline.Token) switch
        {
            FetchOutcome.Answered { Status: >= 200 and < 300 } => new LogoutResult.Delivered(),
            FetchOutcome.Answered { Status: var status } => new LogoutResult.Failed($"it answered {status}"),
            FetchOutcome.Failed { Message: var message } => new LogoutResult.Failed(message),
            _ => new LogoutResult.Failed("no answer"),
        };
    }

    /// <summary>Signed like the client's ID tokens: it verifies both alike (Back-Channel Logout §2.6).</summary>
    private Task<string> Token(Tenant tenant, Client client, string sid, string subject, string clientId) => grains.GetGrain<ISigningGrain>(tenant.Name).Sign(
        new SigningRequest
        {
            Type = TokenTypes.LogoutToken,
            ClaimsJson = LogoutTokenClaims.Write(
                IssuerRules.IssuerOf(tenant, settings.PublicDomain), subject, clientId, sid,
                Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenIdBytes)), clock.GetUtcNow()),
            Algorithm = SigningRules.IdTokenAlgorithm(tenant, client),
        },
        CancellationToken.None);
}

/// <summary>What became of one attempt.</summary>
internal abstract record LogoutResult
{
    private LogoutResult()
    {
    }

    /// <summary>The client has heard.</summary>
    public sealed record Delivered : LogoutResult;

    /// <summary>The client is gone, or does not want to hear.</summary>
    public sealed record Unwanted : LogoutResult;

    /// <summary>To be tried again.</summary>
    /// <param name="Problem">Why; no token, no query.</param>
    public sealed record Failed(string Problem) : LogoutResult;
}
