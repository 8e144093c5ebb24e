using System.Collections.Immutable;
using System.Security.Cryptography;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>Keeps pushed requests in the cluster and finds them again (RFC 9126).</summary>
internal sealed class PushedRequests(IGrainFactory grains)
{
    /// <summary>Stores a checked request and names it: what it is read by, no secret a client proved itself with, and nothing a stranger adds to fill the store (attack group 46).</summary>
    /// <param name="client">The proven client.</param>
    /// <param name="form">Its request.</param>
    /// <param name="jkt">Thumbprint of the key a DPoP proof came with, or null.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<string> Push(Client client, OAuthForm form, string? jkt, CancellationToken cancellationToken)
    {
        var uri = PushedRequestUri.Make(RandomNumberGenerator.GetBytes(PushedRequestUri.RandomBytes));
        var request = new PushedRequest
        {
            Tenant = client.TenantName,
            Client = client.Ident,
            Parameters =
            [
                .. form.Pairs.Where(pair => RequestReader.Parameters.Contains(pair.Key) && (jkt is null || pair.Key != OAuthParameters.DpopJkt)).Select(static pair => new PushedParameter(pair.Key, pair.Value)),
                .. jkt is null ? ImmutableArray<PushedParameter>.Empty : [new PushedParameter(OAuthParameters.DpopJkt, jkt)],
            ],
        };
        return await GrainOf(PushedRequestUri.KeyOf(uri)!).Push(request, PushedRequestUri.Life, cancellationToken)
            ? uri
            : throw new InvalidOperationException("A fresh name of a pushed request was taken.");
    }

    /// <summary>The parameters of a request; the login page may come between, so looking does not use it up.</summary>
    /// <param name="key">Key by <see cref="PushedRequestUri.KeyOf"/>.</param>
    /// <param name="client">The client that names it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when it is unknown, expired, used, or of another client.</returns>
    public async Task<OAuthForm?> Look(string key, Client client, CancellationToken cancellationToken) =>
        await GrainOf(key).Look(client.Ident, cancellationToken) is { } pushed && pushed.Tenant == client.TenantName
            ? OAuthForm.Of(pushed.Parameters.Select(static one => (one.Name, (string?)one.Value))).Form
            : null;

    /// <summary>Uses a request up: true for exactly one caller.</summary>
    /// <param name="key">Key by <see cref="PushedRequestUri.KeyOf"/>.</param>
    /// <param name="client">The client that names it.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    public Task<bool> Take(string key, Client client, CancellationToken cancellationToken) => GrainOf(key).Take(client.Ident, cancellationToken);

    /// <summary>The one answer for unknown, expired, used and foreign ones. It is told to the person, since nobody knows whose address it had; so the standard's code stands in the text.</summary>
    public static OAuthError Gone() =>
        OAuthError.Of(OAuthErrors.InvalidRequestUri, Reasons.NotAcceptableRequest, $"{OAuthErrors.InvalidRequestUri}: the request_uri is unknown, expired, used, or of another client. Start again at the application.");

    private IPushedRequestGrain GrainOf(string key) => grains.GetGrain<IPushedRequestGrain>(key);
}
