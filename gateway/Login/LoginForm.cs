using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Uitsmijter.Actors.Hosting;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>The posted form, in any of the contract's four types (http.md §1). A repeated field: the last one counts.</summary>
internal sealed record LoginForm
{
    /// <summary>Longest body, as everywhere; the longest return target fits in twice, open and sealed.</summary>
    public const int MaxBody = KestrelLimits.BodyBytes;

    private const int MaxFields = 32;

    /// <summary>A form without any field.</summary>
    public static LoginForm Empty { get; } = new();

    /// <summary>User name as typed.</summary>
    public string? Username { get; init; }

    /// <summary>Password as typed.</summary>
    public string? Password { get; init; }

    /// <summary>Return target as it was shown.</summary>
    public string? Location { get; init; }

    /// <summary>Mode as it was shown.</summary>
    public string? Mode { get; init; }

    /// <summary>The sealed ticket.</summary>
    public string? Ticket { get; init; }

    /// <inheritdoc />
    public override string ToString() => "LoginForm { *** }";

    /// <summary>Reads a body. What cannot be read has no fields.</summary>
    /// <param name="context">The request.</param>
    /// <exception cref="BadHttpRequestException">The body is longer than <see cref="MaxBody"/> (413).</exception>
    public static async Task<LoginForm> Read(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBody;
        }

        if (context.Request.ContentLength > MaxBody)
        {
            throw new BadHttpRequestException("The form is too long.", StatusCodes.Status413PayloadTooLarge);
        }

        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || context.Request.Headers.ContentEncoding.Count > 0)
        {
            return Empty;
        }

        return type.MediaType.Value?.ToLowerInvariant() switch
        {
            "application/json" or "application/vnd.api+json" => await Json(context),
            "application/x-www-form-urlencoded" or "multipart/form-data" => await Form(context),
            _ => Empty,
        };
    }

    private static async Task<LoginForm> Form(HttpContext context)
    {
        try
        {
            // NotSupportedException: a character set .NET refuses to read, UTF-7.
            var fields = await context.Request.ReadFormAsync(
                new FormOptions { ValueCountLimit = MaxFields, ValueLengthLimit = MaxBody, KeyLengthLimit = 64, MultipartBodyLengthLimit = MaxBody },
                context.RequestAborted);
            return Of(name => fields.TryGetValue(name, out var values) && values.Count > 0 ? values[^1] : null);
        }
        catch (Exception malformed) when (malformed is InvalidDataException or NotSupportedException or IOException and not BadHttpRequestException)
        {
            return Empty;
        }
    }

    private static async Task<LoginForm> Json(HttpContext context)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(
                context.Request.Body, new JsonDocumentOptions { MaxDepth = 8 }, context.RequestAborted);
            return document.RootElement.ValueKind != JsonValueKind.Object
                ? Empty
                : Of(name => document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is no UTF-16 (lone surrogates).
            return Empty;
        }
    }

    private static LoginForm Of(Func<string, string?> field) => new()
    {
        Username = field(FieldNames.Username),
        Password = field(FieldNames.Password),
        Location = field(FieldNames.Location),
        Mode = field(FieldNames.Mode),
        Ticket = field(FieldNames.Ticket),
    };
}
