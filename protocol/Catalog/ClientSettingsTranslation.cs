using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Translates what a client says about its requests, tokens, logout and its place in the tenant, mostly by the names of RFC 7591 §2.</summary>
internal static class ClientSettingsTranslation
{
    private const int MostSeconds = 10 * 366 * 24 * 60 * 60;
    private const int MostGraceSeconds = 300;

    private static readonly (string Word, IntrospectionReach Reach)[] _reaches =
        [("audience", IntrospectionReach.Audience), ("tenant", IntrospectionReach.Tenant), ("none", IntrospectionReach.None)];

    /// <summary>The client with all of it.</summary>
    public static Client Read(MappingReader body, Client client)
    {
        client = client with
        {
            RequirePushedRequests = body.Flag(ConfigurationKeys.RequirePushedRequests) ?? false,
            RequireDpop = body.Flag(ConfigurationKeys.DpopBound) ?? false,
            RequireConsent = body.Flag(ConfigurationKeys.RequireConsent) ?? false,
            PostLogoutRedirectUrls = PostLogoutRedirectUrls(body),
            Logout = Logout(body),
            Resources = Resources(body),
            TokenLives = TokenLives(body.Block(ConfigurationKeys.TokenLives)),
            TokenExchange = TokenExchange(body.Block(ConfigurationKeys.TokenExchange)),
            Informations = Informations(body.Block(ConfigurationKeys.Informations)),
            Introspection = Introspection(body),
            IdTokenAlgorithm = IdTokenAlgorithm(body),
        };
        JudgeExchange(body, client);
        return client;
    }

    /// <summary>Never a shared secret and never <c>none</c>: whoever verifies by a secret can forge by it.</summary>
    private static SigningAlgorithm? IdTokenAlgorithm(MappingReader body)
    {
        switch (body.Text(ConfigurationKeys.IdTokenAlgorithm)?.Trim().ToUpperInvariant())
        {
            case null: return null;
            case JwsAlgorithms.RS256: return SigningAlgorithm.RS256;
            case JwsAlgorithms.PS256: return SigningAlgorithm.PS256;
            case JwsAlgorithms.ES256: return SigningAlgorithm.ES256;
            default:
                body.Add(Problems.UnknownAlgorithm, ConfigurationKeys.IdTokenAlgorithm, "must be RS256, PS256 or ES256: whoever verifies by a shared secret could forge by it.");
                return null;
        }
    }

    private static ImmutableArray<string> PostLogoutRedirectUrls(MappingReader body)
    {
        var items = body.List(ConfigurationKeys.PostLogoutRedirectUrls) ?? [];
        foreach (var item in items)
        {
            PatternTranslation.Warn(body.Problems, item, mayBeLoose: false);
        }

        return [.. items.Select(static item => item.Text)];
    }

    private static LogoutNotices Logout(MappingReader body)
    {
        var notices = new LogoutNotices
        {
            FrontChannelUri = Address(body, ConfigurationKeys.FrontChannelLogoutUri),
            FrontChannelSession = body.Flag(ConfigurationKeys.FrontChannelLogoutSession) ?? false,
            BackChannelUri = Address(body, ConfigurationKeys.BackChannelLogoutUri),
            BackChannelSession = body.Flag(ConfigurationKeys.BackChannelLogoutSession) ?? false,
        };
        if (notices is { FrontChannelSession: true, FrontChannelUri: null })
        {
            body.Add(Problems.BadValue, ConfigurationKeys.FrontChannelLogoutSession, $"needs {ConfigurationKeys.FrontChannelLogoutUri}.");
        }

        if (notices is { BackChannelSession: true, BackChannelUri: null })
        {
            body.Add(Problems.BadValue, ConfigurationKeys.BackChannelLogoutSession, $"needs {ConfigurationKeys.BackChannelLogoutUri}.");
        }

        return notices == LogoutNotices.None ? LogoutNotices.None : notices;
    }

    private static ImmutableArray<string> Resources(MappingReader body)
    {
        var items = body.List(ConfigurationKeys.Resources) ?? [];
        foreach (var item in items)
        {
            // RFC 8707 §2: an absolute URI without fragment; it is compared as it is written.
            if (!Uri.TryCreate(item.Text.Trim(), UriKind.Absolute, out var uri) || uri.IsFile || item.Text.AsSpan().IndexOfAny('#', ' ') >= 0)
            {
                body.Problems.Add(Problems.BadUrl, item.Line, item.Path, $"{ProblemList.Quote(item.Text)} is no absolute URI without fragment.");
            }
        }

        return [.. items.Select(static item => item.Text.Trim()).Distinct(StringComparer.Ordinal)];
    }

    private static ClientTokenLives TokenLives(MappingReader? block)
    {
        if (block is null)
        {
            return ClientTokenLives.Default;
        }

        var access = block.Number(ConfigurationKeys.AccessTokenSeconds, 1, (int)ClientTokenLives.MostAccess.TotalSeconds);
        var idle = block.Number(ConfigurationKeys.RefreshIdleSeconds, 1, MostSeconds);
        var absolute = block.Number(ConfigurationKeys.RefreshAbsoluteSeconds, 1, MostSeconds);
        var grace = block.Number(ConfigurationKeys.RefreshGraceSeconds, 0, MostGraceSeconds);
        if (idle is { } unused && absolute is { } whole && unused > whole)
        {
            block.Add(Problems.BadValue, ConfigurationKeys.RefreshIdleSeconds, $"must not be longer than {ConfigurationKeys.RefreshAbsoluteSeconds}.");
        }

        block.Finish(("access_token", ConfigurationKeys.AccessTokenSeconds), ("expires_in", ConfigurationKeys.AccessTokenSeconds), ("refresh_token", ConfigurationKeys.RefreshIdleSeconds));
        var lives = ClientTokenLives.Default;
        return lives with
        {
            AccessToken = Seconds(access),
            RefreshIdle = Seconds(idle),
            RefreshAbsolute = Seconds(absolute) ?? lives.RefreshAbsolute,
            RefreshGrace = Seconds(grace) ?? lives.RefreshGrace,
        };
    }

    private static TokenExchangeSettings? TokenExchange(MappingReader? block)
    {
        if (block is null)
        {
            return null;
        }

        var subjects = ImmutableArray.CreateBuilder<Guid>();
        foreach (var item in block.List(ConfigurationKeys.SubjectClients) ?? [])
        {
            if (Guid.TryParseExact(item.Text.Trim(), "D", out var ident) && ident != Guid.Empty)
            {
                subjects.Add(ident);
            }
            else
            {
                block.Problems.Add(Problems.BadIdent, item.Line, item.Path, $"{ProblemList.Quote(item.Text)} is no UUID: name a client by its ident.");
            }
        }

        var audiences = block.List(ConfigurationKeys.Audiences) ?? [];
        foreach (var item in audiences.Where(static item => string.IsNullOrWhiteSpace(item.Text)))
        {
            block.Problems.Add(Problems.BadValue, item.Line, item.Path, "is empty: name an audience, such as the ident of a client.");
        }

        var settings = new TokenExchangeSettings
        {
            SubjectClients = [.. subjects.Distinct()],
            AllowImpersonation = block.Flag(ConfigurationKeys.AllowImpersonation) ?? false,
            Audiences = [.. audiences.Select(static item => item.Text.Trim())],
        };
        block.Finish(("impersonation", ConfigurationKeys.AllowImpersonation), ("clients", ConfigurationKeys.SubjectClients));
        return settings;
    }

    private static ClientInformations Informations(MappingReader? block)
    {
        if (block is null)
        {
            return ClientInformations.None;
        }

        var informations = new ClientInformations
        {
            DisplayName = block.Text(ConfigurationKeys.DisplayName)?.Trim() is { Length: > 0 } name ? name : null,
            Uri = UrlTranslation.Link(block, ConfigurationKeys.ClientUri),
            PolicyUri = UrlTranslation.Link(block, ConfigurationKeys.PolicyUri),
            TermsUri = UrlTranslation.Link(block, ConfigurationKeys.TermsUri),
        };
        if (informations.DisplayName?.Any(char.IsControl) is true)
        {
            block.Add(Problems.BadValue, ConfigurationKeys.DisplayName, "must be a name on one line.");
        }

        block.Finish(
            ("client_name", ConfigurationKeys.DisplayName),
            ("name", ConfigurationKeys.DisplayName),
            ("uri", ConfigurationKeys.ClientUri),
            ("privacy_url", ConfigurationKeys.PolicyUri),
            ("terms_uri", ConfigurationKeys.TermsUri));
        return informations;
    }

    private static IntrospectionReach Introspection(MappingReader body)
    {
        if (body.Text(ConfigurationKeys.Introspection)?.Trim() is not { } word)
        {
            return IntrospectionReach.Audience;
        }

        foreach (var (known, reach) in _reaches)
        {
            if (known == word)
            {
                return reach;
            }
        }

        body.Add(Problems.BadValue, ConfigurationKeys.Introspection, $"{ProblemList.Quote(word)} is not known: use one of {string.Join(", ", _reaches.Select(static known => known.Word))}.");
        return IntrospectionReach.None;
    }

    private static void JudgeExchange(MappingReader body, Client client)
    {
        var granted = client.GrantTypes.Contains(GrantTypes.TokenExchange);
        if (granted && !body.Has(ConfigurationKeys.TokenExchange))
        {
            body.Add(Problems.ExchangeIncomplete, ConfigurationKeys.GrantTypes, $"{GrantTypes.TokenExchange} also needs {ConfigurationKeys.TokenExchange}, which says what may be exchanged.");
        }
        else if (!granted && body.Has(ConfigurationKeys.TokenExchange))
        {
            body.Add(Problems.ExchangeIncomplete, ConfigurationKeys.TokenExchange, $"also needs {GrantTypes.TokenExchange} in {ConfigurationKeys.GrantTypes}.");
        }
    }

    private static string? Address(MappingReader body, string key)
    {
        if (body.Text(key)?.Trim() is not { Length: > 0 } address)
        {
            return null;
        }

        if (!UrlTranslation.IsProtected(address))
        {
            body.Add(Problems.BadUrl, key, "must be an https:// address without fragment; http:// is for this machine only.");
        }

        return address;
    }

    private static TimeSpan? Seconds(int? number) => number is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
