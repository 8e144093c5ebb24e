using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>
/// Writes introspection answers: JSON, or signed (RFC 9701) for clients that ask for it, so that they can prove later what they were told. A type and a shape of
/// its own keep such an answer from passing for an access token (RFC 9701 §8.1).
/// </summary>
internal sealed class SignedIntrospection(IGrainFactory grains, CatalogMirror catalog, ServerSettings settings, TimeProvider clock)
{
    private const string MediaType = "application/" + TokenTypes.IntrospectionAnswer;

    /// <summary>Answers in the form the client asked for.</summary>
    /// <param name="context">The request.</param>
    /// <param name="client">The proven client.</param>
    /// <param name="members">Writes the members of the answer.</param>
    public async Task Answer(HttpContext context, Client client, Action<Utf8JsonWriter> members)
    {
        context.Response.Headers.Vary = HeaderNames.Accept;
        if (!IsAskedFor(context.Request))
        {
            await OAuthAnswer.Write(context, StatusCodes.Status200OK, members);
            return;
        }

        if (catalog.Current.TenantByName(client.TenantName) is not { } tenant)
        {
            await OAuthAnswer.Refuse(context, OAuthError.Unavailable());
            return;
        }

        var request = new SigningRequest { Type = TokenTypes.IntrospectionAnswer, ClaimsJson = Claims(tenant, client, members), Algorithm = SigningRules.PublishedAlgorithm(tenant) };
        var body = Encoding.ASCII.GetBytes(await grains.GetGrain<ISigningGrain>(tenant.Name).Sign(request, context.RequestAborted));
        OAuthAnswer.NeverKeep(context);
        context.Response.ContentType = MediaType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>RFC 9701 §5: issuer, audience and time of the answer, and the answer inside; no <c>sub</c> and <c>exp</c> beside them.</summary>
    private string Claims(Tenant tenant, Client client, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString(JwtClaims.Issuer, IssuerRules.IssuerOf(tenant, settings.PublicDomain));
            writer.WriteString(JwtClaims.Audience, client.Ident.ToString("D"));
            writer.WriteNumber(JwtClaims.IssuedAt, clock.GetUtcNow().ToUnixTimeSeconds());
            writer.WriteStartObject(JwtClaims.TokenIntrospection);
            members(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Only who names the type gets it: <c>*/*</c> of an ordinary client means JSON.</summary>
    private static bool IsAskedFor(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Any(static one => one.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase) && one.Quality is null or > 0);
}
