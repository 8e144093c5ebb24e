using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Devices;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>
/// <c>/.well-known/openid-configuration</c> (OpenID Connect Discovery §4) and <c>/.well-known/oauth-authorization-server</c> (RFC 8414 §3): one document per
/// tenant. It names exactly what works, nothing absent is null, and the same catalog gives the same bytes (contract http.md §8.3, §18 78).
/// </summary>
internal sealed class DiscoveryEndpoint(Visits visits, DeviceTenants devices, Translations translations, ServerSettings settings, ErrorPage errors)
{
    /// <summary>OpenID Connect Discovery.</summary>
    public const string Path = "/.well-known/openid-configuration";

    /// <summary>RFC 8414.</summary>
    public const string OAuthPath = "/.well-known/oauth-authorization-server";

    private const string CacheControl = "public, max-age=3600";

    /// <summary>Those of an ID token, and those about a person by scope or by the parameter <c>claims</c>.</summary>
    private static readonly string[] _claims =
    [
        .. new[]
        {
            JwtClaims.Acr, JwtClaims.Amr, JwtClaims.AccessTokenHash, JwtClaims.Audience, JwtClaims.AuthTime, JwtClaims.ExpiresAt, JwtClaims.IssuedAt, JwtClaims.Issuer,
            JwtClaims.Nonce, JwtClaims.SessionId, JwtClaims.Subject,
        }.Concat(PersonClaims.All).Order(StringComparer.Ordinal),
    ];

    private static readonly string[] _provenMethods =
    [
        ClientAuthenticationMethods.SecretBasic, ClientAuthenticationMethods.SecretJwt, ClientAuthenticationMethods.SecretPost, ClientAuthenticationMethods.PrivateKeyJwt,
    ];

    private static readonly string[] _assertionAlgorithms =
    [
        .. ClientAssertionRules.AlgorithmsOf(ClientAuthenticationMethods.PrivateKeyJwt), .. ClientAssertionRules.AlgorithmsOf(ClientAuthenticationMethods.SecretJwt),
    ];

    /// <summary>Documents of one snapshot and its texts: many clients are looked at once per change of them, not once per request.</summary>
    private volatile Documents _documents = new(CatalogSnapshot.Empty, Texts.Shipped);

    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    public async Task Answer(HttpContext context)
    {
        if (!visits.IsReady)
        {
            await errors.Write(context, null, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
            return;
        }

        var target = ReturnTargetRules.ParseEncoded(RawQuery.Last(context.Request.QueryString.Value, FieldNames.For)) ?? ReturnTarget.Root;
        if (visits.Request(context) is not { } request || visits.Choose(request, target) is not { } visit)
        {
            await errors.Write(context, null, StatusCodes.Status400BadRequest, Reasons.NoTenant);
            return;
        }

        var body = DocumentOf(visit);
        context.Response.Headers.CacheControl = CacheControl;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private byte[] DocumentOf(Visit visit)
    {
        var (documents, texts) = (_documents, translations.Current);
        if (documents.Snapshot != visit.Catalog || documents.Texts != texts)
        {
            _documents = documents = new Documents(visit.Catalog, texts);
        }

        return documents.OfTenant.GetOrAdd(visit.Tenant.Name, _ =>
        {
            var body = new ArrayBufferWriter<byte>(2048);
            using (var writer = new Utf8JsonWriter(body, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                Write(writer, Members(visit, texts));
            }

            return body.WrittenSpan.ToArray();
        });
    }

    private SortedDictionary<string, object> Members(Visit visit, Texts texts)
    {
        var members = new SortedDictionary<string, object>(StringComparer.Ordinal);
        Endpoints(members, IssuerRules.IssuerOf(visit.Tenant, settings.PublicDomain));
        Requests(members, visit);
        Tokens(members, visit);
        Clients(members);
        Logout(members);
        if (devices.HasDevices(visit.Catalog, visit.Tenant.Name))
        {
            members[MetadataNames.DeviceAuthorizationEndpoint] = (string)members[MetadataNames.Issuer] + DeviceAuthorizationEndpoint.Path;
        }

        members[MetadataNames.UiLocales] = texts.LanguagesOf(visit.Tenant).Select(AcceptLanguage.Tag).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (visit.Tenant.Informations.PrivacyUrl is { } privacy)
        {
            members[MetadataNames.PolicyUri] = privacy;
        }

        if (visit.Tenant.Informations.ImprintUrl is { } imprint)
        {
            members[MetadataNames.ServiceDocumentation] = imprint;
        }

        return members;
    }

    private static void Endpoints(SortedDictionary<string, object> members, string issuer)
    {
        members[MetadataNames.Issuer] = issuer;
        members[MetadataNames.AuthorizationEndpoint] = issuer + AuthorizeEndpoint.Path;
        members[MetadataNames.TokenEndpoint] = issuer + TokenEndpoint.Path;
        members[MetadataNames.JwksUri] = issuer + JwksEndpoint.Path;
        members[MetadataNames.UserInfoEndpoint] = issuer + UserInfoEndpoint.Path;
        members[MetadataNames.EndSessionEndpoint] = issuer + LogoutEndpoint.Path;
        members[MetadataNames.RevocationEndpoint] = issuer + RevocationEndpoint.Path;
        members[MetadataNames.PushedAuthorizationRequestEndpoint] = issuer + PushedRequestEndpoint.Path;
        members[MetadataNames.IntrospectionEndpoint] = issuer + IntrospectionEndpoint.Path;
    }

    private static void Requests(SortedDictionary<string, object> members, Visit visit)
    {
        members[MetadataNames.ResponseTypes] = new[] { ResponseTypes.Code };
        members[MetadataNames.ResponseModes] = new[] { ResponseModes.Query, ResponseModes.FormPost };
        members[MetadataNames.Scopes] = ScopesOf(visit);
        members[MetadataNames.ChallengeMethods] = ChallengesOf(visit);
        members[MetadataNames.PromptValues] = new[] { PromptValues.Consent, PromptValues.Login, PromptValues.None, PromptValues.SelectAccount };
        members[MetadataNames.RequirePushedRequests] = MustPush(visit);
        members[MetadataNames.ClaimsParameter] = true;
        members[MetadataNames.RequestParameter] = false;
        members[MetadataNames.RequestUriParameter] = false;
        members[MetadataNames.RequireRequestUriRegistration] = false;
        members[MetadataNames.ResponseIssuer] = true;
    }

    private void Tokens(SortedDictionary<string, object> members, Visit visit)
    {
        var offered = SigningRules.OfferedAlgorithms(visit.Tenant, visit.Catalog.IdTokenAlgorithms);
        members[MetadataNames.GrantTypes] = GrantTypesOf(visit);
        members[MetadataNames.SubjectTypes] = new[] { SubjectTypes.Public };
        members[MetadataNames.Claims] = _claims;
        members[MetadataNames.IdTokenAlgorithms] = offered.Select(static algorithm => algorithm.ToString()).ToArray();
        members[MetadataNames.IntrospectionAlgorithms] = new[] { SigningRules.PublishedAlgorithm(visit.Tenant).ToString() };
        members[MetadataNames.DpopSigningAlgorithms] = DpopRules.Algorithms.ToArray();
    }

    private static void Clients(SortedDictionary<string, object> members)
    {
        string[] everybody = [.. _provenMethods, ClientAuthenticationMethods.None];
        members[MetadataNames.TokenAuthenticationMethods] = everybody;
        members[MetadataNames.RevocationAuthenticationMethods] = everybody;
        members[MetadataNames.IntrospectionAuthenticationMethods] = _provenMethods;
        members[MetadataNames.TokenAssertionAlgorithms] = _assertionAlgorithms;
        members[MetadataNames.RevocationAssertionAlgorithms] = _assertionAlgorithms;
        members[MetadataNames.IntrospectionAssertionAlgorithms] = _assertionAlgorithms;
    }

    private static void Logout(SortedDictionary<string, object> members)
    {
        members[MetadataNames.FrontChannelLogout] = true;
        members[MetadataNames.FrontChannelLogoutSession] = true;
        members[MetadataNames.BackChannelLogout] = true;
        members[MetadataNames.BackChannelLogoutSession] = true;
    }

    /// <summary>Patterns are rules and no scopes: nobody could ask for one.</summary>
    private static string[] ScopesOf(Visit visit) =>
    [
        .. visit.Catalog.ClientsOf(visit.Tenant.Name).SelectMany(static client => client.Scopes)
            .Append(ScopeNames.OpenId)
            .Where(static scope => ScopeRules.IsWellFormed(scope) && !scope.Contains('*', StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>RFC 9126 §5: true says that nobody gets in otherwise.</summary>
    private static bool MustPush(Visit visit) => visit.Catalog.ClientsOf(visit.Tenant.Name).ToArray() is { Length: > 0 } clients && Array.TrueForAll(clients, static client => client.RequirePushedRequests);

    /// <summary>
    /// What every client may have, and the rest where some client has it: nobody should try a password here for nothing. Both names of device codes work;
    /// libraries look for the registered one, existing applications for the short one.
    /// </summary>
    private string[] GrantTypesOf(Visit visit) =>
    [
        .. visit.Catalog.ClientsOf(visit.Tenant.Name).SelectMany(static client => client.GrantTypes).Where(static type => type is GrantTypes.Password or GrantTypes.TokenExchange)
            .Concat([GrantTypes.AuthorizationCode, GrantTypes.ClientCredentials, GrantTypes.RefreshToken])
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
        .. devices.HasDevices(visit.Catalog, visit.Tenant.Name) ? [GrantTypes.DeviceCode, GrantTypes.DeviceCodeUrn] : (string[])[],
    ];

    private static string[] ChallengesOf(Visit visit) =>
        visit.Catalog.ClientsOf(visit.Tenant.Name).Any(static client => client.AllowPlainPkce) ? [CodeChallengeMethods.S256, CodeChallengeMethods.Plain] : [CodeChallengeMethods.S256];

    private static void Write(Utf8JsonWriter writer, SortedDictionary<string, object> members)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in members)
        {
            writer.WritePropertyName(name);
            switch (value)
            {
                case bool flag:
                    writer.WriteBooleanValue(flag);
                    break;
                case string text:
                    writer.WriteStringValue(text);
                    break;
                case string[] texts:
                    writer.WriteStartArray();
                    Array.ForEach(texts, writer.WriteStringValue);
                    writer.WriteEndArray();
                    break;
            }
        }

        writer.WriteEndObject();
    }

    private sealed record Documents(CatalogSnapshot Snapshot, Texts Texts)
    {
        public ConcurrentDictionary<string, byte[]> OfTenant { get; } = new(StringComparer.Ordinal);
    }
}
