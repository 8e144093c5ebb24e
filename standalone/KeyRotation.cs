using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Uitsmijter.Actors.Gateway.Hosting;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Standalone;

/// <summary><c>uitsmijter keys rotate</c>: asks a running server over its management port.</summary>
internal static class KeyRotation
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int Misused = 2;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);

    /// <summary>Announces the next signing key of a tenant and prints its id.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="management">Address of the management port, or null for the one of the environment on this machine.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>0 when the key was announced, 1 when the server refused or did not answer, 2 when the command cannot work.</returns>
    public static async Task<int> Run(string tenant, string? management, CancellationToken cancellationToken)
    {
        var settings = ServerSettings.ReadForGateway(Environment.GetEnvironmentVariable);
        var token = ManagementToken.Secret(settings, out var problem);
        var address = management ?? string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{settings.ManagementPort}");
        problem ??= token is null ? "Set MANAGEMENT_TOKEN (or MANAGEMENT_TOKEN_FILE) to the value the server has."
            : !Uri.TryCreate(address, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https") ? $"{address} is no address such as http://127.0.0.1:9090."
            : null;
        if (problem is not null)
        {
            await Console.Error.WriteLineAsync(problem);
            return Misused;
        }

        using var client = new HttpClient { Timeout = _patience };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{address.TrimEnd('/')}{KeyRotationOperation.Prefix}{Uri.EscapeDataString(tenant)}{KeyRotationOperation.Suffix}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token!.Reveal());
        try
        {
            using var answer = await client.SendAsync(request, cancellationToken);
            return await Tell(tenant, (int)answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{address} does not answer: {failure.Message}");
            return Failed;
        }
    }

    private static async Task<int> Tell(string tenant, int status, string body)
    {
        var kid = Member(body, "kid");
        if (status == 200 && kid is not null)
        {
            foreach (var announced in Kids(body).DefaultIfEmpty(kid))
            {
                await Console.Out.WriteLineAsync($"{tenant} has the new signing key {announced}; it is published now and signs when everybody has had time to learn it.");
            }

            if (Member(body, "note") is { } note)
            {
                await Console.Out.WriteLineAsync(note);
            }

            return Done;
        }

        await Console.Error.WriteLineAsync(Member(body, "reason") ?? $"The server answered {status.ToString(CultureInfo.InvariantCulture)}: has it a MANAGEMENT_TOKEN, and is this its management port?");
        return Failed;
    }

    /// <summary>One per algorithm of the tenant and its clients; a server of an older version names one alone.</summary>
    private static List<string> Kids(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty("keys", out var keys) ? [.. keys.EnumerateArray().Select(static key => key.GetProperty("kid").GetString()!)] : [];
    }

    private static string? Member(string json, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // Somebody else's answer.
            return null;
        }
    }
}
