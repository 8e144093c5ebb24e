using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>Reads how a client proves itself (RFC 6749 §2.3): one method at a time, never in the URI.</summary>
internal static class ClientProofReader
{
    /// <summary>Longest id, secret or assertion that is looked at.</summary>
    private const int MaxLength = 8192;

    /// <summary>Reads the proof of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="form">Its form.</param>
    /// <param name="audiences">Audiences an assertion may name.</param>
    public static ProofReading Read(HttpRequest request, OAuthForm form, ImmutableArray<string> audiences)
    {
        if (request.Query.ContainsKey(OAuthParameters.ClientSecret) || request.Query.ContainsKey(OAuthParameters.ClientAssertion))
        {
            return Refuse(OAuthError.InvalidRequest("Client credentials must not stand in the URI."));
        }

        var reading = ReadMethod(BasicOf(request), form, audiences);

        // Nothing but white space names no client, and no grain either.
        return reading.Proof is { } proof && string.IsNullOrWhiteSpace(proof.ClientId)
            ? Refuse(OAuthError.InvalidClient("The client is unknown, or did not prove itself.", Reasons.NoClient))
            : reading;
    }

    private static ProofReading ReadMethod(string? basic, OAuthForm form, ImmutableArray<string> audiences)
    {
        var (id, secret, assertion) = (form[OAuthParameters.ClientId], form[OAuthParameters.ClientSecret], form[OAuthParameters.ClientAssertion]);
        if ((basic is null ? 0 : 1) + (secret is null ? 0 : 1) + (assertion is null ? 0 : 1) > 1)
        {
            return Refuse(OAuthError.InvalidRequest("A client proves itself by one method at a time."));
        }

        if (basic is not null)
        {
            return Decode(basic) is not var (name, password) ? Refuse(OAuthError.InvalidClient("The Authorization header cannot be read."))
                : id is not null && !string.Equals(id, name, StringComparison.OrdinalIgnoreCase) ? Refuse(OAuthError.InvalidRequest("The client_id is not the one in the Authorization header."))
                : new ProofReading(new ClientProof { ClientId = name, Kind = ClientProofKind.Basic, Secret = password, Audiences = audiences }, null);
        }

        if (assertion is not null)
        {
            return ByAssertion(form, assertion, id, audiences);
        }

        return id is null
            ? Refuse(OAuthError.InvalidRequest("No String was found at 'client_id'"))
            : new ProofReading(
                new ClientProof { ClientId = id, Kind = secret is null ? ClientProofKind.None : ClientProofKind.Post, Secret = secret, Audiences = audiences }, null);
    }

    private static ProofReading ByAssertion(OAuthForm form, string assertion, string? id, ImmutableArray<string> audiences)
    {
        if (form[OAuthParameters.ClientAssertionType] != AssertionTypes.JwtBearer)
        {
            return Refuse(OAuthError.InvalidClient("The client_assertion_type is not supported."));
        }

        // RFC 7521 §4.2: client_id may be left out, the assertion's subject names the client.
        return assertion.Length > MaxLength || (id ?? AssertionSubject.Of(assertion)) is not { } name
            ? Refuse(OAuthError.InvalidClient("The client assertion cannot be read."))
            : new ProofReading(new ClientProof { ClientId = name, Kind = ClientProofKind.Assertion, Assertion = assertion, Audiences = audiences }, null);
    }

    private static string? BasicOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } value]
        && AuthenticationHeaderValue.TryParse(value, out var header)
        && string.Equals(header.Scheme, AuthenticationSchemes.Basic, StringComparison.OrdinalIgnoreCase)
            ? header.Parameter ?? ""
            : null;

    /// <summary>Id and secret are form-encoded before they are joined (RFC 6749 §2.3.1).</summary>
    private static (string Id, string Secret)? Decode(string parameter)
    {
        if (parameter.Length > MaxLength)
        {
            return null;
        }

        try
        {
            var text = new UTF8Encoding(false, true).GetString(Convert.FromBase64String(parameter));
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            return colon <= 0 ? null : (FormDecode(text[..colon]), FormDecode(text[(colon + 1)..]));
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static string FormDecode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static ProofReading Refuse(OAuthError error) => new(null, error);
}

/// <summary>A proof, or what is wrong with it.</summary>
/// <param name="Proof">Null when something is wrong.</param>
/// <param name="Error">Null when nothing is wrong.</param>
internal readonly record struct ProofReading(ClientProof? Proof, OAuthError? Error);
