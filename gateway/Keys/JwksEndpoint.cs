using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>
/// The public keys of one tenant (contract http.md §8.4): announced, active and previous ones. A tenant with the shared secret
/// publishes the key of its ID tokens; the secret itself is never published.
/// </summary>
internal sealed partial class JwksEndpoint(Visits visits, PublishedKeys keys, ErrorPage errors, ILogger<JwksEndpoint> logger)
{
    /// <summary>Where the keys are.</summary>
    public const string Path = "/.well-known/jwks.json";

    // One hour for whoever keeps it; a key is announced for two before it signs, so nobody meets a signature without its key.
    private const string CacheControl = "public, max-age=3600";

    /// <summary>Answers with the keys of the tenant the host belongs to; <c>for</c> chooses among tenants that share a login host.</summary>
    /// <param name="context">The request.</param>
    public async Task Answer(HttpContext context)
    {
        if (!visits.IsReady)
        {
            await errors.Write(context, null, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
            return;
        }

        var target = ReturnTargetRules.ParseEncoded(RawQuery.Last(context.Request.QueryString.Value, "for")) ?? ReturnTarget.Root;
        if (visits.Request(context) is not { } request || visits.Choose(request, target) is not { Tenant: var tenant })
        {
            await errors.Write(context, null, StatusCodes.Status400BadRequest, Reasons.NoTenant);
            return;
        }

        if (await keys.Of(tenant, context.RequestAborted) is not { } published)
        {
            await errors.Write(context, tenant, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable);
            return;
        }

        if (TryWrite(tenant.Name, published) is not { } body)
        {
            await errors.Write(context, tenant, StatusCodes.Status500InternalServerError, Reasons.FailedToGenerateJwks);
            return;
        }

        context.Response.Headers.CacheControl = CacheControl;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
        }
    }

    private ArrayBufferWriter<byte>? TryWrite(string tenant, ImmutableArray<PublicSigningKey> published)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        try
        {
            using var writer = new Utf8JsonWriter(buffer);
            writer.WriteStartObject();
            writer.WriteStartArray(JwkNames.Keys);
            foreach (var key in published)
            {
                JwkRules.Write(writer, key.Kid, key.Algorithm, key.Spki.AsSpan());
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        catch (CryptographicException failure)
        {
            LogUnusableKey(logger, tenant, failure);
            return null;
        }

        return buffer;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A public key of tenant {Tenant} cannot be published")]
    private static partial void LogUnusableKey(ILogger logger, string tenant, Exception failure);
}
