using System.Buffers;
using System.Text.Json;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>Answers of the OAuth endpoints: JSON whatever <c>Accept</c> says, and never kept by anybody (RFC 6749 §5.1, §5.2).</summary>
internal static class OAuthAnswer
{
    private const string Json = "application/json; charset=utf-8";

    /// <summary>Refuses, with the standard's members and beside them those existing users read (design §4).</summary>
    /// <param name="context">The request.</param>
    /// <param name="error">What the client is told.</param>
    public static Task Refuse(HttpContext context, OAuthError error)
    {
        ClientRequest.Of(context).Refused(error);
        if (error.Status == StatusCodes.Status401Unauthorized && error.Error == OAuthErrors.InvalidClient)
        {
            // RFC 6749 §5.2: the scheme the client used; HTTP Basic is the one it could have used.
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"uitsmijter\", charset=\"UTF-8\"";
        }

        return Write(context, error.Status, writer =>
        {
            writer.WriteString(OAuthParameters.Error, error.Error);
            writer.WriteString(OAuthParameters.ErrorDescription, error.Description);
            writer.WriteString("reason", error.Reason);
            writer.WriteNumber("status", error.Status);
        });
    }

    /// <summary>Hands out tokens (RFC 6749 §5.1).</summary>
    /// <param name="context">The request.</param>
    /// <param name="tokens">The tokens.</param>
    public static Task Give(HttpContext context, TokenSet tokens) => Write(context, StatusCodes.Status200OK, writer =>
    {
        writer.WriteString(OAuthParameters.AccessToken, tokens.AccessToken);
        writer.WriteString(OAuthParameters.TokenType, tokens.TokenType);
        writer.WriteNumber(OAuthParameters.ExpiresIn, (long)tokens.ExpiresIn.TotalSeconds);
        WriteOptional(writer, OAuthParameters.RefreshToken, tokens.RefreshToken);
        WriteOptional(writer, OAuthParameters.IdToken, tokens.IdToken);
        WriteOptional(writer, OAuthParameters.IssuedTokenType, tokens.IssuedTokenType);
        writer.WriteString(OAuthParameters.Scope, tokens.Scope);
    });

    /// <summary>Writes one JSON object.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="members">Writes the members.</param>
    public static async Task Write(HttpContext context, int status, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        context.Response.StatusCode = status;
        NeverKeep(context);
        context.Response.ContentType = Json;
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }

    /// <summary>Headers of everything that must not be kept.</summary>
    /// <param name="context">The request.</param>
    public static void NeverKeep(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Pragma = "no-cache";
        context.Response.Headers.XContentTypeOptions = "nosniff";
    }

    private static void WriteOptional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}
