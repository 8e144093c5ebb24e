using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Hosts;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Translates the properties of one tenant (configuration.md §1.2). Every block has a method of its own.</summary>
internal static class TenantTranslation
{
    private const string Everyone = "*";

    /// <summary>The tenant; its value counts only when no error was noted.</summary>
    public static TenantEntry Read(MappingReader body, string name)
    {
        var templates = body.Block(ConfigurationKeys.Templates);
        var tenant = new Tenant
        {
            Name = name,
            Hosts = Hosts(body),
            Informations = Informations(body.Block(ConfigurationKeys.Informations)),
            Interceptor = InterceptorTranslation.Read(body.Block(ConfigurationKeys.Interceptor)),
            SilentLogin = body.Flag(ConfigurationKeys.SilentLogin) ?? true,
            Algorithm = Algorithm(body),
            Issuer = Issuer(body),
            AllowedClientNamespaces = body.Texts(ConfigurationKeys.AllowedClientNamespaces) ?? [],
            Pages = PageTranslation.Read(templates, body.Block(ConfigurationKeys.Texts)),
            Sessions = Sessions(body.Block(ConfigurationKeys.Sessions)),
        };
        var entry = new TenantEntry
        {
            Tenant = tenant,
            Providers = ProviderTranslation.Scripts(body),
            Scripts = ProviderTranslation.Settings(body.Block(ConfigurationKeys.Scripts)),
            Templates = PageTranslation.Store(templates),
            Source = body.Problems.Source,
        };
        Judge(body, tenant);
        body.Finish(
            ("host", ConfigurationKeys.Hosts),
            ("algorithm", ConfigurationKeys.JwtAlgorithm),
            ("information", ConfigurationKeys.Informations),
            ("translations", ConfigurationKeys.Texts));
        return entry;
    }

    private static ImmutableArray<string> Hosts(MappingReader body)
    {
        if (body.List(ConfigurationKeys.Hosts) is not { Length: > 0 } items)
        {
            if (body.Node(ConfigurationKeys.Hosts) is null or ConfigurationNode.Sequence { Items.IsEmpty: true })
            {
                body.Add(Problems.Missing, ConfigurationKeys.Hosts, "is required: list at least one host, such as login.example.com or '*.example.com'.");
            }

            return [];
        }

        var hosts = ImmutableArray.CreateBuilder<string>(items.Length);
        foreach (var item in items)
        {
            if (!HostPatterns.TryNormalise(WithoutPort(item.Text.Trim()), out var pattern))
            {
                body.Problems.Add(
                    Problems.BadHost,
                    item.Line,
                    item.Path,
                    $"{ProblemList.Quote(item.Text)} is no host: write a name such as login.example.com, with * for one label, without scheme and path.");
            }
            else if (!hosts.Contains(pattern))
            {
                hosts.Add(pattern);
            }
        }

        return hosts.ToImmutable();
    }

    // A port in a host list never had a meaning; the host is what counts.
    private static string WithoutPort(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && colon < text.Length - 1 && text.IndexOf(':', StringComparison.Ordinal) == colon && text.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') < 0
            ? text[..colon]
            : text;
    }

    private static TenantInformations Informations(MappingReader? block)
    {
        if (block is null)
        {
            return TenantInformations.None;
        }

        var informations = new TenantInformations
        {
            ImprintUrl = UrlTranslation.Link(block, ConfigurationKeys.ImprintUrl),
            PrivacyUrl = UrlTranslation.Link(block, ConfigurationKeys.PrivacyUrl),
            RegisterUrl = UrlTranslation.Link(block, ConfigurationKeys.RegisterUrl),
        };
        block.Finish();
        return informations;
    }

    private static SigningAlgorithm Algorithm(MappingReader body)
    {
        switch (body.Text(ConfigurationKeys.JwtAlgorithm)?.Trim().ToUpperInvariant())
        {
            case null or "HS256": return SigningAlgorithm.HS256;
            case "RS256": return SigningAlgorithm.RS256;
            case "PS256": return SigningAlgorithm.PS256;
            case "ES256": return SigningAlgorithm.ES256;
            default:
                // Never replaced by a default: a typo would quietly turn to the shared secret (design §4).
                body.Add(Problems.UnknownAlgorithm, ConfigurationKeys.JwtAlgorithm, "must be HS256, RS256, PS256 or ES256.");
                return SigningAlgorithm.HS256;
        }
    }

    private static string? Issuer(MappingReader body)
    {
        if (body.Text(ConfigurationKeys.Issuer)?.Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        if (UrlTranslation.IsIssuer(text))
        {
            return text;
        }

        body.Add(Problems.BadUrl, ConfigurationKeys.Issuer, "must be an https address without query and fragment (http only on localhost).");
        return null;
    }

    private static SessionSettings Sessions(MappingReader? block)
    {
        const int MostMinutes = 366 * 24 * 60;
        if (block is null)
        {
            return SessionSettings.Default;
        }

        var idle = block.Number(ConfigurationKeys.IdleMinutes, 1, MostMinutes);
        var absolute = block.Number(ConfigurationKeys.AbsoluteHours, 1, MostMinutes / 60);
        block.Finish();
        return new SessionSettings
        {
            IdleLimit = idle is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
            AbsoluteLimit = absolute is { } hours ? TimeSpan.FromHours(hours) : SessionSettings.Default.AbsoluteLimit,
        };
    }

    private static void Judge(MappingReader body, Tenant tenant)
    {
        if (!tenant.Hosts.IsEmpty && IssuerRules.IssuerOf(tenant) is null)
        {
            body.Add(
                Problems.NoIssuer,
                ConfigurationKeys.Hosts,
                "all hosts are wildcards: set issuer, interceptor.domain or one exact host, so that tokens have an issuer.");
        }

        if (tenant.AllowedClientNamespaces.Contains(Everyone) && tenant.AllowedClientNamespaces.Length > 1)
        {
            body.Add(Problems.BadValue, ConfigurationKeys.AllowedClientNamespaces, "'*' already means every namespace: remove it or the others.");
        }
    }
}
