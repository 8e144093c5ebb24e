using System.Diagnostics.Metrics;

namespace Uitsmijter.Actors.Grains.Sessions;

/// <summary>What becomes of the news of ended sessions. Tenants are configured, so their names are a bounded label.</summary>
internal static class LogoutMetrics
{
    private static readonly Meter Meter = new("Uitsmijter.Actors.Sessions");

    private static readonly Counter<long> DeliveredTokens = Meter.CreateCounter<long>(
        "uitsmijter.backchannel.logout.delivered", "{token}", "Logout tokens a client has taken.");

    private static readonly Counter<long> RetriedTokens = Meter.CreateCounter<long>(
        "uitsmijter.backchannel.logout.retried", "{token}", "Logout tokens a client has not taken; they are sent again.");

    private static readonly Counter<long> GivenUpTokens = Meter.CreateCounter<long>(
        "uitsmijter.backchannel.logout.given_up", "{token}", "Clients that were never told of a logout.");

    /// <summary>A client has heard.</summary>
    public static void Delivered(string tenant) => DeliveredTokens.Add(1, Tag(tenant));

    /// <summary>An attempt failed and is repeated.</summary>
    public static void Retried(string tenant) => RetriedTokens.Add(1, Tag(tenant));

    /// <summary>A client never heard.</summary>
    public static void GivenUp(string tenant) => GivenUpTokens.Add(1, Tag(tenant));

    private static KeyValuePair<string, object?> Tag(string tenant) => KeyValuePair.Create<string, object?>("tenant", tenant);
}
