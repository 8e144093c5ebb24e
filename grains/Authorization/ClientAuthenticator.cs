using System.Security.Cryptography;
using System.Text;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Grains.Authorization;

/// <summary>Proves clients from this silo's mirror of the catalog (RFC 6749 §2.3), inside whatever grain the request is about.</summary>
/// <param name="catalog">The mirror.</param>
public sealed class ClientAuthenticator(CatalogEntries catalog)
{
    /// <summary>Compared where a client has no secret, so that an unknown client takes as long as a wrong secret.</summary>
    private static readonly byte[] _nobody = SHA256.HashData("uitsmijter/nobody"u8);

    /// <summary>Proves a client.</summary>
    /// <param name="proof">What it sent.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public ValueTask<ClientVerdict> Authenticate(ClientProof proof, CancellationToken cancellationToken)
    {
        if (!catalog.IsLoaded)
        {
            return Refuse(OAuthError.Unavailable());
        }

        var entry = Guid.TryParseExact(proof.ClientId, "D", out var ident) ? catalog.Client(ident) : null;
        if (proof.Kind == ClientProofKind.Assertion)
        {
            return Refuse(OAuthError.InvalidClient("Client assertions are not supported."));
        }

        return new ValueTask<ClientVerdict>(BySecret(entry, proof));
    }

    private static ClientVerdict BySecret(ClientEntry? entry, ClientProof proof)
    {
        var isRight = HasSecret(entry, proof.Secret);
        if (entry is null)
        {
            return new ClientVerdict.Refused(OAuthError.InvalidClient("The client is unknown, or did not prove itself.", Reasons.NoClient));
        }

        if (!entry.Client.IsConfidential)
        {
            // A secret sent for a client without one proves nothing and hurts nobody (contract http.md §6.1).
            return new ClientVerdict.Proven(entry.Client);
        }

        return isRight && IsAllowed(entry.Client, proof.Kind)
            ? new ClientVerdict.Proven(entry.Client)
            : new ClientVerdict.Refused(OAuthError.InvalidClient("The client is unknown, or did not prove itself.", Reasons.ErrorWrongClientSecret));
    }

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

    private static ValueTask<ClientVerdict> Refuse(OAuthError error) => new(new ClientVerdict.Refused(error));
}
