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
internal sealed class DiscoveryEndpoint(Visits visits, DeviceTenants devices, ServerSettings settings, ErrorPage errors)
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

    /// <summary>Documents of one snapshot: many clients are looked at once per change of the catalog, not once per request.</summary>
    private volatile Documents _documents = new(CatalogSnapshot.Empty);

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
        var documents = _documents;
        if (documents.Snapshot != visit.Catalog)
        {
            _documents = documents = new Documents(visit.Catalog);
        }

        return documents.OfTenant.GetOrAdd(visit.Tenant.Name, _ =>
        {
            var body = new ArrayBufferWriter<byte>(2048);
            using (var writer = new Utf8JsonWriter(body, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                Write(writer, Members(visit));
            }

            return body.WrittenSpan.ToArray();
        });
    }

    private SortedDictionary<string, object> Members(Visit visit)
    {
        var issuer = IssuerRules.IssuerOf(visit.Tenant, settings.PublicDomain);
        string[] authentication = [.. _provenMethods];
        var members = new SortedDictionary<string, object>(StringComparer.Ordinal)
        {
            [MetadataNames.Issuer] = issuer,
            [MetadataNames.AuthorizationEndpoint] = issuer + AuthorizeEndpoint.Path,
            [MetadataNames.TokenEndpoint] = issuer + TokenEndpoint.Path,
            [MetadataNames.JwksUri] = issuer + JwksEndpoint.Path,
            [MetadataNames.UserInfoEndpoint] = issuer + UserInfoEndpoint.Path,
            [MetadataNames.EndSessionEndpoint] = issuer + LogoutEndpoint.Path,
            [MetadataNames.RevocationEndpoint] = issuer + RevocationEndpoint.Path,
            [MetadataNames.PushedAuthorizationRequestEndpoint] = issuer + PushedRequestEndpoint.Path,
            [MetadataNames.IntrospectionEndpoint] = issuer + IntrospectionEndpoint.Path,
            ["response_types_supported"] = new[] { ResponseTypes.Code },
            ["response_modes_supported"] = new[] { ResponseModes.Query, ResponseModes.FormPost },
            ["subject_types_supported"] = new[] { "public" },
            [MetadataNames.IdTokenAlgorithms] = SigningRules.OfferedAlgorithms(visit.Tenant, visit.Catalog.IdTokenAlgorithms).Select(static algorithm => algorithm.ToString()).ToArray(),
            ["grant_types_supported"] = GrantTypesOf(visit),
            [MetadataNames.DpopSigningAlgorithms] = DpopRules.Algorithms.ToArray(),
            ["scopes_supported"] = ScopesOf(visit),
            ["claims_supported"] = _claims,
            ["require_pushed_authorization_requests"] = MustPush(visit),
            ["token_endpoint_auth_methods_supported"] = (string[])[.. authentication, ClientAuthenticationMethods.None],
            ["revocation_endpoint_auth_methods_supported"] = (string[])[.. authentication, ClientAuthenticationMethods.None],
            ["introspection_endpoint_auth_methods_supported"] = authentication,
            [MetadataNames.TokenAssertionAlgorithms] = _assertionAlgorithms,
            [MetadataNames.RevocationAssertionAlgorithms] = _assertionAlgorithms,
            [MetadataNames.IntrospectionAssertionAlgorithms] = _assertionAlgorithms,
            [MetadataNames.IntrospectionAlgorithms] = new[] { SigningRules.PublishedAlgorithm(visit.Tenant).ToString() },
            ["code_challenge_methods_supported"] = ChallengesOf(visit),
            ["prompt_values_supported"] = new[] { PromptValues.Consent, PromptValues.Login, PromptValues.None, PromptValues.SelectAccount },
            ["frontchannel_logout_supported"] = true,
            ["frontchannel_logout_session_supported"] = true,
            ["backchannel_logout_supported"] = true,
            ["backchannel_logout_session_supported"] = true,
            ["claims_parameter_supported"] = true,
            ["request_parameter_supported"] = false,
            ["request_uri_parameter_supported"] = false,
            ["require_request_uri_registration"] = false,
            ["authorization_response_iss_parameter_supported"] = true,
            ["ui_locales_supported"] = new[] { "de", "en", "pt" },
        };
        if (devices.HasDevices(visit.Catalog, visit.Tenant.Name))
        {
            // Both names work; libraries look for the registered one, existing applications for the short one.
            members[MetadataNames.DeviceAuthorizationEndpoint] = issuer + DeviceAuthorizationEndpoint.Path;
            members["grant_types_supported"] = (string[])[.. (string[])members["grant_types_supported"], GrantTypes.DeviceCode, GrantTypes.DeviceCodeUrn];
        }

        if (visit.Tenant.Informations.PrivacyUrl is { } privacy)
        {
            members["op_policy_uri"] = privacy;
        }

        if (visit.Tenant.Informations.ImprintUrl is { } imprint)
        {
            members["service_documentation"] = imprint;
        }

        return members;
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

    /// <summary>What every client may have, and the rest where some client has it: nobody should try a password here for nothing.</summary>
    private static string[] GrantTypesOf(Visit visit) =>
    [
        .. visit.Catalog.ClientsOf(visit.Tenant.Name).SelectMany(static client => client.GrantTypes).Where(static type => type is GrantTypes.Password or GrantTypes.TokenExchange)
            .Concat([GrantTypes.AuthorizationCode, GrantTypes.ClientCredentials, GrantTypes.RefreshToken])
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
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

    private sealed record Documents(CatalogSnapshot Snapshot)
    {
        public ConcurrentDictionary<string, byte[]> OfTenant { get; } = new(StringComparer.Ordinal);
    }
}
