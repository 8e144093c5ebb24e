using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.Protocol.Authorization;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>
/// The parameters of an OAuth request. One that stands there twice refuses the whole request (RFC 6749 §3.1, §3.2), except those whose documents
/// let them repeat; empty ones count as left out (RFC 6749 §3.2), unknown ones are ignored.
/// </summary>
internal sealed class OAuthForm
{
    private const int MaxFields = 64;

    private static readonly HashSet<string> _repeatable = new(StringComparer.Ordinal)
    {
        Protocol.Words.OAuthParameters.Resource,
        Protocol.Words.OAuthParameters.Audience,
    };

    private readonly Dictionary<string, List<string>> _fields = new(StringComparer.Ordinal);

    /// <summary>Parameters that stood there more than once and may not.</summary>
    private readonly HashSet<string> _repeated = new(StringComparer.Ordinal);

    /// <summary>The value, or null. Of one that stands there twice the first.</summary>
    /// <param name="name">The parameter.</param>
    public string? this[string name] => _fields.TryGetValue(name, out var values) ? values[0] : null;

    /// <summary>The value; null also where it stands there twice, for nobody knows which was meant.</summary>
    /// <param name="name">The parameter.</param>
    public string? Sole(string name) => _repeated.Contains(name) ? null : this[name];

    /// <summary>All values of a parameter that may repeat.</summary>
    /// <param name="name">The parameter.</param>
    public IReadOnlyList<string> All(string name) => _fields.TryGetValue(name, out var values) ? values : [];

    /// <summary>Every parameter with its values, for whoever passes the request on.</summary>
    public IEnumerable<KeyValuePair<string, string>> Pairs => _fields.SelectMany(static one => one.Value.Select(value => KeyValuePair.Create(one.Key, value)));

    /// <summary>Whether nothing else is wrong with the request than a parameter that stands there twice.</summary>
    public bool HasRepeated => _repeated.Count > 0;

    /// <inheritdoc />
    public override string ToString() => "OAuthForm { *** }";

    /// <summary>Reads a form body (RFC 6749 §3.2), or one of the contract's other types (http.md §1).</summary>
    /// <param name="context">The request.</param>
    /// <exception cref="BadHttpRequestException">The body is too long (413).</exception>
    public static async Task<FormReading> ReadBody(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = KestrelLimits.BodyBytes;
        }

        if (context.Request.ContentLength > KestrelLimits.BodyBytes)
        {
            throw new BadHttpRequestException("The form is too long.", StatusCodes.Status413PayloadTooLarge);
        }

        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || context.Request.Headers.ContentEncoding.Count > 0)
        {
            return Unsupported();
        }

        return type.MediaType.Value?.ToLowerInvariant() switch
        {
            "application/x-www-form-urlencoded" or "multipart/form-data" => await ReadForm(context),
            "application/json" or "application/vnd.api+json" => await ReadJson(context),
            _ => Unsupported(),
        };
    }

    /// <summary>Reads a query.</summary>
    /// <param name="request">The request.</param>
    public static FormReading ReadQuery(HttpRequest request) => Of(request.Query.SelectMany(static field => field.Value.Select(value => (field.Key, value))));

    /// <summary>Reads the text of a query.</summary>
    /// <param name="query">With or without its question mark.</param>
    public static FormReading OfQuery(string query) =>
        Of(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(query).SelectMany(static one => one.Value.Select(value => (one.Key, value))));

    /// <summary>Takes parameters from anywhere.</summary>
    /// <param name="pairs">Names and values.</param>
    public static FormReading Of(IEnumerable<(string Name, string? Value)> pairs)
    {
        var form = new OAuthForm();
        foreach (var (name, value) in pairs)
        {
            if (string.IsNullOrEmpty(value))
            {
                continue;
            }

            if (!form._fields.TryGetValue(name, out var values))
            {
                form._fields[name] = values = [];
            }
            else if (!_repeatable.Contains(name))
            {
                form._repeated.Add(name);
                continue;
            }

            values.Add(value);
        }

        return new FormReading(form, form._repeated.Count == 0 ? null : OAuthError.InvalidRequest("A parameter stands there more than once."));
    }

    private static async Task<FormReading> ReadForm(HttpContext context)
    {
        try
        {
            // NotSupportedException: a character set .NET refuses to read, UTF-7.
            var fields = await context.Request.ReadFormAsync(
                new FormOptions
                {
                    ValueCountLimit = MaxFields,
                    ValueLengthLimit = KestrelLimits.BodyBytes,
                    KeyLengthLimit = 64,
                    MultipartBodyLengthLimit = KestrelLimits.BodyBytes,
                },
                context.RequestAborted);
            return Of(fields.SelectMany(static field => field.Value.Select(value => (field.Key, value))));
        }
        catch (Exception malformed) when (malformed is InvalidDataException or NotSupportedException or IOException and not BadHttpRequestException)
        {
            return Malformed();
        }
    }

    private static async Task<FormReading> ReadJson(HttpContext context)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(
                context.Request.Body, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false }, context.RequestAborted);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Of([.. document.RootElement.EnumerateObject().SelectMany(static field => TextsOf(field.Value).Select(value => (field.Name, (string?)value)))])
                : Malformed();
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return Malformed();
        }
    }

    private static IEnumerable<string> TextsOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Number => [value.GetRawText()],
        JsonValueKind.Array => value.EnumerateArray().Where(static one => one.ValueKind == JsonValueKind.String).Select(static one => one.GetString()!),
        _ => [],
    };

    private static FormReading Unsupported() =>
        new(new OAuthForm(), OAuthError.InvalidRequest("Send the parameters as application/x-www-form-urlencoded.") with { Status = StatusCodes.Status415UnsupportedMediaType });

    private static FormReading Malformed() => new(new OAuthForm(), OAuthError.InvalidRequest("The body cannot be read."));
}

/// <summary>A form, and what is wrong with it.</summary>
/// <param name="Form">What could be read.</param>
/// <param name="Error">Null when nothing is wrong.</param>
internal readonly record struct FormReading(OAuthForm Form, OAuthError? Error);
