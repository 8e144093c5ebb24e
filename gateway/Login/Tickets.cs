using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Protocol.Login;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>
/// The hidden field of our forms: anti-forgery value and return target in one, sealed by Data Protection with keys of the cluster, bound to
/// tenant, purpose and browser. Any gateway opens what another sealed. Any number of forms may be open at once.
/// </summary>
internal sealed class Tickets(IDataProtectionProvider protection, SealingKeyMirror sealing, TimeProvider clock)
{
    /// <summary>A form that was open for longer is shown anew.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(1);

    /// <summary>Clocks of two gateways differ a little.</summary>
    private static readonly TimeSpan _skew = TimeSpan.FromMinutes(1);

    private const int MaxLength = 12 * 1024;
    private const string Use = "uitsmijter/ticket/v1";

    private readonly TenantSeals _seals = new(protection, Use);

    /// <summary>What is sealed is never read by a browser; escaping every ampersand of a long target would make its form too long to post.</summary>
    private static readonly TicketJson _json = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Whether tickets can be made and opened.</summary>
    public bool IsReady => sealing.IsReady;

    /// <summary>Seals a ticket.</summary>
    /// <param name="purpose">What for.</param>
    /// <param name="target">What the form is about.</param>
    /// <param name="browserId">The browser it is shown to.</param>
    public string Seal(TicketPurpose purpose, SealedTarget target, string browserId)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(new TicketContent(target, DigestOf(browserId)), _json.TicketContent);
        return $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(target.Tenant))}.{Base64Url.EncodeToString(_seals.Of(target.Tenant, NameOf(purpose)).Protect(content))}";
    }

    /// <summary>Opens a ticket.</summary>
    /// <param name="purpose">What for.</param>
    /// <param name="ticket">The field's value, or null.</param>
    /// <param name="browserIds">The ids the browser holds.</param>
    public TicketVerdict Open(TicketPurpose purpose, string? ticket, IReadOnlyList<string> browserIds)
    {
        if (Read(purpose, ticket) is not { } content)
        {
            return new TicketVerdict.Unreadable();
        }

        var now = clock.GetUtcNow();
        var isInTime = content.Target.Issued <= now + _skew && now < content.Target.Issued + Life;
        return isInTime && IsOfOneOf(browserIds, content.Browser)
            ? new TicketVerdict.Good(content.Target)
            : new TicketVerdict.Spoiled(content.Target);
    }

    private TicketContent? Read(TicketPurpose purpose, string? ticket)
    {
        if (ticket is not { Length: > 0 and <= MaxLength } || ticket.Split('.') is not [var name, var text])
        {
            return null;
        }

        try
        {
            // The name only chooses the key; the seal proves it.
            var tenant = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(name));
            var content = JsonSerializer.Deserialize(
                _seals.OfAny(tenant, NameOf(purpose)).Unprotect(Base64Url.DecodeFromChars(text)), _json.TicketContent);
            return content is not null && content.Target.Tenant == tenant ? content : null;
        }
        catch (CryptographicException)
        {
            sealing.LookSoon();
            return null;
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException)
        {
            // Not ours.
            return null;
        }
    }

    private static string NameOf(TicketPurpose purpose) => Enum.GetName(purpose)!;

    private static bool IsOfOneOf(IReadOnlyList<string> browserIds, string digest)
    {
        var expected = Encoding.ASCII.GetBytes(digest);
        var found = false;
        foreach (var id in browserIds)
        {
            found |= CryptographicOperations.FixedTimeEquals(expected, Encoding.ASCII.GetBytes(DigestOf(id)));
        }

        return found;
    }

    private static string DigestOf(string browserId) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(browserId)));
}

/// <summary>What a ticket holds.</summary>
/// <param name="Target">What the form is about.</param>
/// <param name="Browser">SHA-256 of the browser's id.</param>
internal sealed record TicketContent(SealedTarget Target, string Browser);

[JsonSerializable(typeof(TicketContent))]
internal sealed partial class TicketJson : JsonSerializerContext;
