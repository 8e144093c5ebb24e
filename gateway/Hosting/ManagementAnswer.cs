using System.Text.Json;

namespace Uitsmijter.Actors.Gateway.Hosting;

/// <summary>Answers of the operators' commands: JSON, never kept by anybody on the way.</summary>
internal static class ManagementAnswer
{
    /// <summary>How long a command waits for the cluster.</summary>
    public static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(10);

    private const string Unauthorized = "The management token is missing or wrong.";

    /// <summary>Refuses a caller without the credential.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isPage">True where a browser may open a dialog.</param>
    public static Task RefuseStranger(HttpContext context, bool isPage = false)
    {
        context.Response.Headers.WWWAuthenticate = isPage ? "Basic realm=\"uitsmijter\", charset=\"UTF-8\"" : "Bearer";
        return Refuse(context, StatusCodes.Status401Unauthorized, Unauthorized);
    }

    /// <summary>Says what is wrong.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="reason">One sentence.</param>
    public static Task Refuse(HttpContext context, int status, string reason) => Write(context, status, writer =>
    {
        writer.WriteNumber("status", status);
        writer.WriteBoolean("error", true);
        writer.WriteString("reason", reason);
    });

    /// <summary>Writes one object.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="members">Writes its members.</param>
    public static async Task Write(HttpContext context, int status, Action<Utf8JsonWriter> members)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        members(writer);
        writer.WriteEndObject();
        await writer.FlushAsync(context.RequestAborted);
    }

    /// <summary>Writes an instant, or null.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="name">Name of the member.</param>
    /// <param name="instant">The instant.</param>
    public static void WriteInstant(this Utf8JsonWriter writer, string name, DateTimeOffset? instant)
    {
        if (instant is { } known)
        {
            writer.WriteString(name, known.UtcDateTime);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
