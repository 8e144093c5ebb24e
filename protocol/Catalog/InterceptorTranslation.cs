using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Hosts;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Translates a tenant's forward-auth settings (configuration.md §1.2, <c>interceptor</c>).</summary>
internal static class InterceptorTranslation
{
    private const int TemporaryRedirect = 307;
    private const int Found = 302;

    /// <summary>The settings; without a block the defaults, which are enabled.</summary>
    public static InterceptorSettings Read(MappingReader? block)
    {
        if (block is null)
        {
            return InterceptorSettings.Default;
        }

        var settings = new InterceptorSettings
        {
            Enabled = Enabled(block),
            Domain = Domain(block),
            Cookie = Cookie(block),
            Headers = IdentityHeaders.Read(block),
            PublicPaths = Paths(block),
            AllowPreflight = block.Flag(ConfigurationKeys.AllowPreflight) ?? false,
            AcceptSharedSecretBearer = block.Flag(ConfigurationKeys.AcceptSharedSecretBearer) ?? false,
            RedirectStatus = RedirectStatus(block),
            Requirement = RequirementTranslation.Read(block),
        };
        Judge(block, settings);
        block.Finish(
            ("cookie_domain", ConfigurationKeys.Cookie),
            ("host", ConfigurationKeys.Domain),
            ("acr_values", ConfigurationKeys.RequiredAcr),
            ("max_age", ConfigurationKeys.MaxAuthAge));
        return settings;
    }

    private static bool Enabled(MappingReader block)
    {
        if (!block.Has(ConfigurationKeys.Enabled))
        {
            block.Add(Problems.Missing, ConfigurationKeys.Enabled, "is required in interceptor: write true or false.");
        }

        return block.Flag(ConfigurationKeys.Enabled) ?? true;
    }

    private static string? Domain(MappingReader block)
    {
        if (block.Text(ConfigurationKeys.Domain)?.Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        if (HostName.TryNormalise(text, out var host))
        {
            var colon = text.LastIndexOf(':');
            return colon > text.LastIndexOf(']') ? host + text[colon..] : host;
        }

        block.Add(Problems.BadHost, ConfigurationKeys.Domain, $"{ProblemList.Quote(text)} is no host: write the host of the login page, without scheme and path.");
        return null;
    }

    private static string? Cookie(MappingReader block)
    {
        if (block.Text(ConfigurationKeys.Cookie)?.Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        // "*.x" is an old spelling of ".x".
        var domain = text.StartsWith("*.", StringComparison.Ordinal) ? text[1..] : text;
        var dot = domain[0] == '.' ? "." : "";
        if (HostName.TryNormalise(domain[dot.Length..], out var host) && host[0] != '[')
        {
            return dot + host;
        }

        block.Add(Problems.BadCookieDomain, ConfigurationKeys.Cookie, $"{ProblemList.Quote(text)} is no cookie domain: write for example .example.com.");
        return null;
    }

    private static ImmutableArray<string> Paths(MappingReader block)
    {
        if (block.List(ConfigurationKeys.PublicPaths) is not { } items)
        {
            return [];
        }

        foreach (var item in items)
        {
            if (WhyNoPathPattern(item.Text) is { } why)
            {
                block.Problems.Add(Problems.BadPublicPath, item.Line, item.Path, $"{ProblemList.Quote(item.Text)} {why}");
            }
            else if (item.Text is "/**" or "/**/**")
            {
                block.Problems.Add(Problems.EverythingPublic, item.Line, item.Path, "opens every path of every host of this tenant without a login.");
            }
        }

        return [.. items.Select(static item => item.Text)];
    }

    // The path is compared after it was made canonical: a pattern with anything that disappears there could never match (proxies.md B.2.3).
    private static string? WhyNoPathPattern(string text) => text switch
    {
        { Length: 0 } => "is empty: write a path that begins with /.",
        _ when text[0] != '/' => "must begin with /.",
        _ when text.AsSpan().IndexOfAny("?#\\%;") >= 0 || text.Any(static c => char.IsControl(c) || c == ' ') => "may not contain ? # \\ % ; or blanks: only the plain path is compared.",
        _ when text.Contains("//", StringComparison.Ordinal) || text.Contains("***", StringComparison.Ordinal) => "may not contain // or ***.",
        _ when text.Split('/').Any(static segment => segment is "." or "..") => "may not contain . or .. as a segment.",
        _ when text.Split('/').Any(static segment => segment.Contains("**", StringComparison.Ordinal) && segment != "**") => "may use ** only as a whole segment.",
        _ => null,
    };

    private static int RedirectStatus(MappingReader block)
    {
        var status = block.Number(ConfigurationKeys.RedirectStatus, Found, TemporaryRedirect);
        if (status is null or Found or TemporaryRedirect)
        {
            return status ?? InterceptorSettings.Default.RedirectStatus;
        }

        block.Add(Problems.BadValue, ConfigurationKeys.RedirectStatus, $"must be {TemporaryRedirect} or {Found}.");
        return TemporaryRedirect;
    }

    private static void Judge(MappingReader block, InterceptorSettings settings)
    {
        if (settings is { Domain: { } domain, Cookie: { } cookie } && !Covers(cookie.TrimStart('.'), domain.Split(':')[0]))
        {
            block.Add(
                Problems.CookieMissesLogin,
                ConfigurationKeys.Cookie,
                $"browsers refuse a cookie for {cookie} from {domain}: the login host must be inside the cookie domain.");
        }

        if (settings.AcceptSharedSecretBearer)
        {
            block.Add(
                Problems.SharedSecretBearer,
                ConfigurationKeys.AcceptSharedSecretBearer,
                "every application that knows JWT_SECRET can now mint tokens that open forward-auth; an asymmetric jwt_algorithm avoids that.");
        }
    }

    private static bool Covers(string domain, string host) => host == domain || host.EndsWith("." + domain, StringComparison.Ordinal);
}
