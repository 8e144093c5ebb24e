using System.Collections.Immutable;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>The client behind a login whose target is a request for a code: what the login page says and allows on its behalf.</summary>
/// <param name="Client">The client.</param>
/// <param name="RedirectUri">Where the person ends, registered for the client.</param>
/// <param name="Scopes">What it asks for and may have.</param>
internal sealed record ClientTarget(Client Client, string RedirectUri, ImmutableArray<string> Scopes)
{
    /// <summary>Languages the client wants the pages in (<c>ui_locales</c>), or null.</summary>
    public string? UiLocales { get; init; }

    /// <summary>Authentication contexts the client wants; empty for any.</summary>
    public ImmutableArray<string> AcrValues { get; init; } = [];

    /// <summary>The client a visit names, for the counts: one of the tenant's, or null.</summary>
    /// <param name="visit">The visit.</param>
    public static Guid? IdentOf(Visit visit) =>
        IsRequest(visit)
        && ClientIdRules.TryRead(OAuthForm.OfQuery(visit.Target.Text[visit.Target.Text.IndexOf('?', StringComparison.Ordinal)..]).Form.Sole(OAuthParameters.ClientId), out var ident)
        && visit.Catalog.ClientByIdent(ident)?.TenantName == visit.Tenant.Name
            ? ident
            : null;

    /// <summary>Name of the client of a visit, or null where no client of the tenant waits.</summary>
    /// <param name="visit">The visit.</param>
    public static string? NameOf(Visit visit) => IdentOf(visit) is { } ident ? visit.Catalog.ClientByIdent(ident)?.Name : null;

    /// <summary>Whether a visit leads to the authorization endpoint of the host it is on.</summary>
    /// <param name="visit">The visit.</param>
    public static bool IsRequest(Visit visit) => visit.Target.Text.StartsWith($"{AuthorizeEndpoint.Path}?", StringComparison.Ordinal);
}

/// <summary>Finds the client a login is for.</summary>
internal sealed partial class ClientTargets(PushedRequests pushed, ILogger<ClientTargets> logger)
{
    /// <summary>The client of a visit, or null where no client of the tenant waits.</summary>
    /// <param name="visit">The visit.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<ClientTarget?> Of(Visit visit, CancellationToken cancellationToken)
    {
        if (!ClientTarget.IsRequest(visit))
        {
            return null;
        }

        var (form, error) = OAuthForm.OfQuery(visit.Target.Text[visit.Target.Text.IndexOf('?', StringComparison.Ordinal)..]);
        if (error is not null
            || !ClientIdRules.TryRead(form[OAuthParameters.ClientId], out var ident)
            || visit.Catalog.ClientByIdent(ident) is not { } client
            || client.TenantName != visit.Tenant.Name)
        {
            return null;
        }

        var key = PushedRequestUri.KeyOf(form[OAuthParameters.RequestUri]);
        var asked = key is null ? form : await Pushed(key, client, cancellationToken);
        return asked is not null
            && RequestReader.Read(client, name => asked[name] ?? (name == OAuthParameters.ClientId ? form[name] : null), [.. asked.All(OAuthParameters.Resource)], key is not null)
                is RequestReading.Ready(var request)
                ? new ClientTarget(client, request.RedirectUri, [.. ScopeRules.Allowed(request.Scopes, client.Scopes)]) { UiLocales = request.UiLocales, AcrValues = request.Acr.Values }
                : null;
    }

    private async Task<OAuthForm?> Pushed(string key, Client client, CancellationToken cancellationToken)
    {
        try
        {
            return await pushed.Look(key, client, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The page still works; the authorization endpoint asks again before anything is given.
            LogUnreachable(logger, failure);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The login page of a pushed request is shown without what the client wants, because the cluster did not answer")]
    private static partial void LogUnreachable(ILogger logger, Exception failure);
}
