using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Translates the properties of one client (configuration.md §1.3).</summary>
internal static class ClientTranslation
{
    private static readonly string[] _grantTypes =
        [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken, GrantTypes.ClientCredentials, GrantTypes.Password, GrantTypes.DeviceCode, GrantTypes.TokenExchange];

    /// <summary>The client; its value counts only when no error was noted.</summary>
    public static ClientEntry Read(MappingReader body, string name)
    {
        var client = new Client
        {
            Name = name,
            Ident = Ident(body),
            TenantName = body.RequiredText(ConfigurationKeys.TenantName),
            RedirectUrls = RedirectUrls(body),
            GrantTypes = GrantTypesOf(body),
            Scopes = body.Texts(ConfigurationKeys.Scopes) ?? [],
            AllowedProviderScopes = body.Texts(ConfigurationKeys.AllowedProviderScopes) ?? [],
            Referrers = Referrers(body),
            IsPkceOnly = body.Flag(ConfigurationKeys.IsPkceOnly) ?? false,
            AllowPlainPkce = body.Flag(ConfigurationKeys.AllowPlainPkce) ?? false,
            DeviceGrant = DeviceGrant(body.Block(ConfigurationKeys.DeviceGrantConfig)),
        };
        JudgeDeviceGrant(body, client);
        client = ClientSettingsTranslation.Read(body, client);
        var entry = ClientAuthenticationTranslation.Read(body, new ClientEntry { Client = client, Source = body.Problems.Source });
        body.Finish(
            ("tenant", ConfigurationKeys.TenantName),
            ("client_id", ConfigurationKeys.Ident),
            ("id", ConfigurationKeys.Ident),
            ("redirect_uris", ConfigurationKeys.RedirectUrls),
            ("redirect_uri", ConfigurationKeys.RedirectUrls),
            ("client_secret", ConfigurationKeys.Secret),
            ("grants", ConfigurationKeys.GrantTypes),
            ("auth_method", ConfigurationKeys.AuthenticationMethod),
            ("require_dpop", ConfigurationKeys.DpopBound),
            ("require_par", ConfigurationKeys.RequirePushedRequests),
            ("consent", ConfigurationKeys.RequireConsent),
            ("post_logout_redirect_uris", ConfigurationKeys.PostLogoutRedirectUrls),
            ("pkce", ConfigurationKeys.IsPkceOnly));
        return entry;
    }

    private static Guid Ident(MappingReader body)
    {
        var text = body.RequiredText(ConfigurationKeys.Ident);
        if (text.Length == 0)
        {
            return Guid.Empty;
        }

        if (!Guid.TryParseExact(text, "D", out var ident) || ident == Guid.Empty)
        {
            body.Add(Problems.BadIdent, ConfigurationKeys.Ident, $"{ProblemList.Quote(text)} is no UUID: make one with uuidgen and keep it.");
        }

        return ident;
    }

    private static ImmutableArray<string> RedirectUrls(MappingReader body)
    {
        if (body.List(ConfigurationKeys.RedirectUrls) is not { } items)
        {
            if (!body.Has(ConfigurationKeys.RedirectUrls))
            {
                body.Add(Problems.Missing, ConfigurationKeys.RedirectUrls, "is required: list the patterns of addresses the client may be sent to, or [] for none.");
            }

            return [];
        }

        foreach (var item in items)
        {
            PatternTranslation.Warn(body.Problems, item, mayBeLoose: false);
        }

        return [.. items.Select(static item => item.Text)];
    }

    private static ImmutableArray<string> Referrers(MappingReader body)
    {
        var items = body.List(ConfigurationKeys.Referrers) ?? [];
        foreach (var item in items)
        {
            PatternTranslation.Warn(body.Problems, item, mayBeLoose: true);
        }

        // A broken pattern stays in the list and matches nothing: without it an emptied list would mean "any referrer".
        return [.. items.Select(static item => item.Text)];
    }

    private static ImmutableArray<string> GrantTypesOf(MappingReader body)
    {
        if (body.List(ConfigurationKeys.GrantTypes) is not { } items)
        {
            return [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken];
        }

        var types = ImmutableArray.CreateBuilder<string>(items.Length);
        foreach (var item in items)
        {
            // The registered name (RFC 8628 §3.4) means the short one.
            var type = item.Text.Trim() is var text && text == GrantTypes.DeviceCodeUrn ? GrantTypes.DeviceCode : text;
            if (!_grantTypes.Contains(type))
            {
                body.Problems.Add(
                    Problems.UnknownGrantType,
                    item.Line,
                    item.Path,
                    $"{ProblemList.Quote(type)} is ignored: known are {string.Join(", ", _grantTypes)}.");
            }
            else if (!types.Contains(type))
            {
                types.Add(type);
            }
        }

        return types.ToImmutable();
    }

    private static DeviceGrantSettings? DeviceGrant(MappingReader? block)
    {
        const int MostSeconds = 24 * 60 * 60;
        const int MostInterval = 600;
        if (block is null)
        {
            return null;
        }

        var settings = new DeviceGrantSettings();
        var expires = block.Number(ConfigurationKeys.ExpiresIn, 1, MostSeconds);
        var interval = block.Number(ConfigurationKeys.Interval, 1, MostInterval);
        var uri = block.Text(ConfigurationKeys.VerificationUri)?.Trim() is { Length: > 0 } text ? text : null;
        if (uri is not null && !UrlTranslation.IsWeb(uri))
        {
            block.Add(Problems.BadUrl, ConfigurationKeys.VerificationUri, "must be an address that begins with https://.");
        }

        block.Finish();
        return settings with
        {
            ExpiresIn = expires is { } life ? TimeSpan.FromSeconds(life) : settings.ExpiresIn,
            Interval = interval is { } pause ? TimeSpan.FromSeconds(pause) : settings.Interval,
            VerificationUri = uri,
        };
    }

    private static void JudgeDeviceGrant(MappingReader body, Client client)
    {
        var granted = client.GrantTypes.Contains(GrantTypes.DeviceCode);
        if (granted && client.DeviceGrant is null)
        {
            body.Add(Problems.DeviceGrantIncomplete, ConfigurationKeys.GrantTypes, $"{GrantTypes.DeviceCode} also needs {ConfigurationKeys.DeviceGrantConfig}; without it devices are refused.");
        }
        else if (!granted && client.DeviceGrant is not null)
        {
            body.Add(Problems.DeviceGrantIncomplete, ConfigurationKeys.DeviceGrantConfig, $"also needs {GrantTypes.DeviceCode} in {ConfigurationKeys.GrantTypes}; without it devices are refused.");
        }
    }
}
