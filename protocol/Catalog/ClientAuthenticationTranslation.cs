using System.Security.Cryptography;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Translates how a client proves itself: its secret, its keys, and the one method it uses (RFC 7591 §2, OpenID Connect Core §9).</summary>
internal static class ClientAuthenticationTranslation
{
    /// <summary>A secret in the configuration that begins so is the digest of one, in hex.</summary>
    public const string DigestPrefix = "sha256:";

    private static readonly string[] _methods =
    [
        ClientAuthenticationMethods.SecretBasic, ClientAuthenticationMethods.SecretPost, ClientAuthenticationMethods.SecretJwt,
        ClientAuthenticationMethods.PrivateKeyJwt, ClientAuthenticationMethods.None,
    ];

    /// <summary>The entry with everything that concerns the client's proof.</summary>
    public static ClientEntry Read(MappingReader body, ClientEntry entry)
    {
        var (source, digest) = Secret(body);
        var method = Method(body);
        var (jwks, uri) = (JwksTranslation.Read(body), JwksUri(body));
        Judge(body, method, source);
        var client = entry.Client with
        {
            AuthenticationMethod = method,
            JwksJson = jwks,
            JwksUri = uri,
            IsConfidential = body.Has(ConfigurationKeys.Secret) || body.Has(ConfigurationKeys.Jwks) || body.Has(ConfigurationKeys.JwksUri),
        };
        JudgeGrants(body, client);
        return entry with { Client = client, SecretDigest = digest, SecretSource = source };
    }

    private static (ClientSecretSource? Source, string? Digest) Secret(MappingReader body)
    {
        if (body.Node(ConfigurationKeys.Secret) is ConfigurationNode.Mapping)
        {
            return (Reference(body.Block(ConfigurationKeys.Secret)!), null);
        }

        if (body.Text(ConfigurationKeys.Secret) is not { } secret)
        {
            return (null, null);
        }

        if (secret.Length == 0)
        {
            body.Add(Problems.BadValue, ConfigurationKeys.Secret, "is empty: give it a value, or remove it for a public client.");
            return (null, null);
        }

        if (secret.StartsWith(DigestPrefix, StringComparison.OrdinalIgnoreCase))
        {
            var hex = secret[DigestPrefix.Length..].Trim();
            if (hex.Length != 2 * SHA256.HashSizeInBytes || !hex.All(char.IsAsciiHexDigit))
            {
                body.Add(Problems.BadValue, ConfigurationKeys.Secret, $"begins with {DigestPrefix} and is no SHA-256 digest in hex: make it with printf %s \"$SECRET\" | sha256sum.");
            }

            return (new ClientSecretSource.Digest(), hex.ToLowerInvariant());
        }

        return (new ClientSecretSource.Text(secret), ClientSecretRules.DigestOf(secret));
    }

    private static ClientSecretSource? Reference(MappingReader block)
    {
        var (file, variable) = (block.Text(ConfigurationKeys.File)?.Trim(), block.Text(ConfigurationKeys.Environment)?.Trim());
        block.Finish(("path", ConfigurationKeys.File), ("environment", ConfigurationKeys.Environment), ("variable", ConfigurationKeys.Environment));
        switch (file, variable)
        {
            case ({ Length: > 0 }, null) when file[0] == '/' && !file.Any(char.IsControl):
                return new ClientSecretSource.File(file, block.LineOf(ConfigurationKeys.File));
            case (not null, null):
                block.Add(Problems.BadValue, ConfigurationKeys.File, "must be an absolute path, such as /run/secrets/shop.");
                return null;
            case (null, { Length: > 0 }) when variable.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_'):
                return new ClientSecretSource.Variable(variable, block.LineOf(ConfigurationKeys.Environment));
            case (null, not null):
                block.Add(Problems.BadValue, ConfigurationKeys.Environment, "must be the name of an environment variable.");
                return null;
            default:
                block.Problems.Add(Problems.BadValue, block.Line, block.PathOf(ConfigurationKeys.File), "give either file or env.");
                return null;
        }
    }

    private static string? Method(MappingReader body)
    {
        if (body.Text(ConfigurationKeys.AuthenticationMethod)?.Trim() is not { } method)
        {
            return null;
        }

        if (_methods.Contains(method))
        {
            return method;
        }

        body.Add(Problems.BadValue, ConfigurationKeys.AuthenticationMethod, $"{ProblemList.Quote(method)} is not known: use one of {string.Join(", ", _methods)}.");
        return null;
    }

    private static string? JwksUri(MappingReader body)
    {
        if (body.Text(ConfigurationKeys.JwksUri)?.Trim() is not { } uri)
        {
            return null;
        }

        if (!UrlTranslation.IsProtected(uri))
        {
            body.Add(Problems.BadUrl, ConfigurationKeys.JwksUri, "must be an https:// address without fragment; http:// is for this machine only.");
        }

        return uri;
    }

    private static void Judge(MappingReader body, string? method, ClientSecretSource? source)
    {
        var (hasSecret, hasKeys, hasUri) = (body.Has(ConfigurationKeys.Secret), body.Has(ConfigurationKeys.Jwks), body.Has(ConfigurationKeys.JwksUri));
        if (hasKeys && hasUri)
        {
            body.Add(Problems.AuthenticationContradicts, ConfigurationKeys.JwksUri, "and jwks are both there: keep one (RFC 7591 §2).");
        }

        if ((hasKeys || hasUri) && method is not ClientAuthenticationMethods.PrivateKeyJwt)
        {
            body.Add(
                Problems.AuthenticationContradicts, hasKeys ? ConfigurationKeys.Jwks : ConfigurationKeys.JwksUri, $"is used with {ConfigurationKeys.AuthenticationMethod}: {ClientAuthenticationMethods.PrivateKeyJwt} only: say so, or remove it.");
        }

        switch (method)
        {
            case ClientAuthenticationMethods.PrivateKeyJwt when !hasKeys && !hasUri:
                body.Add(Problems.AuthenticationContradicts, ConfigurationKeys.AuthenticationMethod, "private_key_jwt needs the client's public keys: add jwks or jwks_uri.");
                break;
            case ClientAuthenticationMethods.PrivateKeyJwt when hasSecret:
                body.Add(Problems.AuthenticationContradicts, ConfigurationKeys.Secret, "is never used with private_key_jwt: remove it.");
                break;
            case ClientAuthenticationMethods.None when hasSecret:
                body.Add(Problems.AuthenticationContradicts, ConfigurationKeys.Secret, "is never used with none: remove it, or name the method that uses it.");
                break;
            case ClientAuthenticationMethods.SecretBasic or ClientAuthenticationMethods.SecretPost or ClientAuthenticationMethods.SecretJwt when !hasSecret:
                body.Add(Problems.AuthenticationContradicts, ConfigurationKeys.AuthenticationMethod, $"{method} needs a secret: add one.");
                break;
            case ClientAuthenticationMethods.SecretJwt when source is ClientSecretSource.Digest:
                body.Add(Problems.AuthenticationContradicts, ConfigurationKeys.Secret, "is a digest, and client_secret_jwt needs the secret itself: give it as text, file or env, or use another method.");
                break;
        }

        if (source is ClientSecretSource.Text { Value: var secret } && ClientSecretRules.WhyWeak(secret, method) is var (kind, message))
        {
            body.Add(kind, ConfigurationKeys.Secret, message);
        }
    }

    private static void JudgeGrants(MappingReader body, Client client)
    {
        if (client.IsConfidential)
        {
            return;
        }

        foreach (var grant in client.GrantTypes.Where(static grant => grant is GrantTypes.ClientCredentials or GrantTypes.TokenExchange))
        {
            body.Add(Problems.GrantNeedsAuthentication, ConfigurationKeys.GrantTypes, $"{grant} needs a client that can prove itself: add secret, or private_key_jwt with keys.");
        }
    }
}
