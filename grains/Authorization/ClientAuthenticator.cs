using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Keys;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Grains.Authorization;

/// <summary>Proves clients from this silo's mirror of the catalog (RFC 6749 §2.3, RFC 7523 §3), inside whatever grain the request is about.</summary>
/// <param name="catalog">The mirror.</param>
/// <param name="keys">Public keys of clients.</param>
/// <param name="secrets">Opens secrets that sign assertions.</param>
/// <param name="grains">Reaches what remembers assertions.</param>
/// <param name="clock">The clock.</param>
public sealed class ClientAuthenticator(CatalogEntries catalog, ClientKeys keys, ClusterSecrets secrets, IGrainFactory grains, TimeProvider clock)
{
    private const string NotProven = "The client is unknown, or did not prove itself.";
    private const string NoSuchClient = "There is no such client.";

    /// <summary>Compared where a client has no secret, so that an unknown client takes as long as a wrong secret.</summary>
    private static readonly byte[] _nobody = SHA256.HashData("uitsmijter/nobody"u8);

    /// <summary>Verified against where there is no client, for the same reason.</summary>
    private static readonly ImmutableArray<ClientKey> _strangers = Strangers();

    /// <summary>Proves a client.</summary>
    /// <param name="proof">What it sent.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public ValueTask<ClientVerdict> Authenticate(ClientProof proof, CancellationToken cancellationToken)
    {
        if (!catalog.IsLoaded)
        {
            return new ValueTask<ClientVerdict>(Refused(OAuthError.Unavailable()));
        }

        var entry = ClientIdRules.TryRead(proof.ClientId, out var ident) ? catalog.Client(ident) : null;
        return proof.Kind == ClientProofKind.Assertion ? ByAssertion(entry, proof, cancellationToken) : new ValueTask<ClientVerdict>(BySecret(entry, proof));
    }

    private static ClientVerdict BySecret(ClientEntry? entry, ClientProof proof)
    {
        var isRight = HasSecret(entry, proof.Secret);
        if (entry is { Client.IsConfidential: false })
        {
            // A secret sent for a client without one proves nothing and hurts nobody (contract http.md §6.1).
            return new ClientVerdict.Proven(entry.Client);
        }

        return entry is not null && isRight && IsAllowed(entry.Client, proof.Kind) ? new ClientVerdict.Proven(entry.Client) : WrongProof(WhyUnproven(entry, proof, isRight));
    }

    /// <summary>For the log alone; decides nothing.</summary>
    private static string WhyUnproven(ClientEntry? entry, ClientProof proof, bool isRight) => entry switch
    {
        null => NoSuchClient,
        _ when isRight => $"The secret is right, and the client must send it by {MethodOf(entry.Client)}.",
        { Client.AuthenticationMethod: ClientAuthenticationMethods.PrivateKeyJwt or ClientAuthenticationMethods.SecretJwt } => $"The client proves itself by {MethodOf(entry.Client)}.",
        { SecretDigest: null } => "The secret of the client is not known: its file or variable cannot be read.",
        _ => string.IsNullOrEmpty(proof.Secret) ? "No secret was sent." : "The secret is wrong.",
    };

    private static string MethodOf(Client client) => client.AuthenticationMethod ?? ClientAuthenticationMethods.SecretBasic;

    private static bool HasSecret(ClientEntry? entry, string? secret)
    {
        var expected = entry?.SecretDigest is { } digest ? Convert.FromHexString(digest) : _nobody;
        var sent = SHA256.HashData(Encoding.UTF8.GetBytes(secret ?? ""));
        return CryptographicOperations.FixedTimeEquals(sent, expected) && entry?.SecretDigest is not null && !string.IsNullOrEmpty(secret);
    }

    private static bool IsAllowed(Client client, ClientProofKind kind) => client.AuthenticationMethod switch
    {
        null => kind is ClientProofKind.Basic or ClientProofKind.Post,
        ClientAuthenticationMethods.SecretBasic => kind is ClientProofKind.Basic,
        ClientAuthenticationMethods.SecretPost => kind is ClientProofKind.Post,
        _ => false,
    };

    private async ValueTask<ClientVerdict> ByAssertion(ClientEntry? entry, ClientProof proof, CancellationToken cancellationToken)
    {
        if (ClientAssertion.Read(proof.Assertion ?? "") is not { } assertion || !ClientAssertionRules.IsAssertion(assertion))
        {
            return WrongProof("The client assertion cannot be read.");
        }

        // The client's method decides what may have signed it: a public key is never taken for a shared secret (attack group 27).
        if (entry is null || !ClientAssertionRules.AlgorithmsOf(entry.Client.AuthenticationMethod).Contains(assertion.Algorithm))
        {
            _ = ClientAssertionRules.IsSigned(assertion, _strangers);
            return WrongProof(entry is null ? NoSuchClient : $"The client assertion is not signed by an algorithm of the client's method, {MethodOf(entry.Client)}.");
        }

        switch (await IsSigned(entry, assertion, cancellationToken))
        {
            case null:
                return Refused(OAuthError.Unavailable("The keys of the client cannot be had at the moment. Try again."));
            case false:
                return WrongProof("The signature of the client assertion is not the client's.");
        }

        if (ClientAssertionRules.WhyRefused(assertion, entry.Client.Ident, proof.Audiences, clock.GetUtcNow()) is { } why)
        {
            return Refused(OAuthError.InvalidClient(why));
        }

        // Last of all: whoever proved nothing must not fill the store.
        var seen = grains.GetGrain<IProofGrain>(ClientAssertionRules.KeyOf(entry.Client.Ident, assertion.TokenId!));
        return await seen.TryUse(ClientAssertionRules.Until(assertion), cancellationToken)
            ? new ClientVerdict.Proven(entry.Client)
            : Refused(OAuthError.InvalidClient("The client assertion was used before."));
    }

    /// <summary>Whether the client signed the assertion; null when nobody can tell at the moment.</summary>
    private async ValueTask<bool?> IsSigned(ClientEntry entry, ClientAssertion assertion, CancellationToken cancellationToken)
    {
        if (entry.Client.AuthenticationMethod == ClientAuthenticationMethods.SecretJwt)
        {
            if (entry.SealedSecret is not { } sealedSecret)
            {
                return false;
            }

            var label = new SealLabel(SealLabel.ClientSecret, entry.Client.TenantName, entry.Client.Ident.ToString("D"));
            if (SealRules.Open(await secrets.Read(cancellationToken), label, sealedSecret.AsSpan()) is not OpenedSeal.Opened(var plain, _))
            {
                return null;
            }

            var isSigned = ClientAssertionRules.IsSigned(assertion, plain);
            CryptographicOperations.ZeroMemory(plain);
            return isSigned;
        }

        return await keys.Of(entry.Client, assertion.KeyId, cancellationToken) is { } found
            ? ClientAssertionRules.IsSigned(assertion, ClientAssertionRules.Candidates(found, assertion.KeyId))
            : null;
    }

    private static ImmutableArray<ClientKey> Strangers()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        return ClientKeySet.Read(Encoding.UTF8.GetBytes($$"""{"keys":[{"kty":"EC","crv":"P-256","x":"{{x}}","y":"{{y}}"}]}"""))!.Value;
    }

    private static ClientVerdict.Refused WrongProof(string cause) => Refused(OAuthError.InvalidClient(NotProven, Reasons.ErrorWrongClientSecret) with { Cause = cause });

    private static ClientVerdict.Refused Refused(OAuthError error) => new(error);
}
