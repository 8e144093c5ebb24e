using System.Net;
using System.Text.Json;
using Uitsmijter.Actors.Cluster.Tests.Histories;

namespace Uitsmijter.Actors.Cluster.Tests.Load;

/// <summary>What came back for one request.</summary>
/// <param name="Status">Status; 0 without an answer.</param>
/// <param name="Location">Where it leads.</param>
/// <param name="Cookies">Cookies it sets, as <c>name=value</c>.</param>
/// <param name="Email">The person the application would be told of.</param>
/// <param name="Body">Its text.</param>
internal sealed record Reply(HttpStatusCode Status, string? Location, IReadOnlyList<string> Cookies, string? Email, string Body)
{
    /// <summary>No answer at all.</summary>
    public static readonly Reply None = new(0, null, [], null, "");

    /// <summary>The login cookie it sets.</summary>
    public string? LoginCookie => Cookies.FirstOrDefault(static cookie => cookie.StartsWith("uitsmijter-sso", StringComparison.Ordinal));

    /// <summary>The code it sends the person back with.</summary>
    public string? Code => Location is not null && Location.Split("code=") is [_, var rest, ..] ? rest.Split('&')[0] : null;

    /// <summary>The error of an OAuth answer, in its body or in where it leads.</summary>
    public string? Error => Text("error") ?? (Location is not null && Location.Split("error=") is [_, var rest, ..] ? rest.Split('&')[0] : null);

    /// <summary>A member of its JSON.</summary>
    public string? Text(string name)
    {
        if (!Body.StartsWith('{'))
        {
            return null;
        }

        using var json = JsonDocument.Parse(Body);
        return json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    /// <summary>What became of the operation.</summary>
    /// <param name="isGranted">Whether it holds what was asked for.</param>
    public Outcome Outcome(bool isGranted) =>
        isGranted ? Histories.Outcome.Granted
        : Status == 0 ? Histories.Outcome.Unknown
        : (int)Status >= 500 || Error is "server_error" or "temporarily_unavailable" ? Histories.Outcome.Unavailable
        : Histories.Outcome.Refused;
}
