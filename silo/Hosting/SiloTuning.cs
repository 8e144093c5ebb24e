using Orleans.Configuration;

namespace Uitsmijter.Actors.Silo.Hosting;

/// <summary>How a silo behaves under the traffic of logins: short calls, people who wait, neighbours that die without a word.</summary>
internal static class SiloTuning
{
    private static readonly TimeSpan _response = TimeSpan.FromSeconds(10);

    /// <summary>Sets every value that differs from Orleans' default, and why.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="alone">True where there is no other silo to hand anything to.</param>
    public static void Apply(ISiloBuilder silo, bool alone)
    {
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            // A killed silo must be out of the way within ten seconds (design §5): three missed probes, one and a half seconds each.
            options.ProbeTimeout = TimeSpan.FromSeconds(1.5);
            options.MinProbeTimeout = TimeSpan.FromSeconds(1);
            // Also the time a silo that stands still is believed for, times the limit below.
            options.MaxProbeTimeout = TimeSpan.FromSeconds(3);
            options.NumMissedProbesLimit = 3;
            options.TableRefreshTimeout = TimeSpan.FromSeconds(15);
            // A cluster whose silos all died at once waits for three of these before it believes that they did.
            options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(10);
            options.DefunctSiloExpiration = TimeSpan.FromHours(1);
        });
        silo.Configure<SiloMessagingOptions>(options =>
        {
            options.ResponseTimeout = _response;
            options.CancelRequestOnTimeout = true;
            // The gateways are told first that a silo leaves; what is on its way through it has so long to be answered.
            options.ClientGatewayShutdownNotificationTimeout = TimeSpan.FromSeconds(2);
            // A silo that has lost its connection to a gateway keeps answers for it for so long to twice as long, and sends them by no other silo meanwhile. Whoever
            // waits for one gives up after ten seconds; Orleans' minute would be a minute without the grains of that silo.
            options.ClientDropTimeout = TimeSpan.FromSeconds(3);
            if (!alone)
            {
                // A grain that leaves hands its waiting calls on, and a caller gives up whatever it sent to a silo once that is dead, also what another silo
                // is about to answer. So a silo whose grains are gone stays as long as a busy cluster takes for such an answer.
                options.WaitForMessageToBeQueuedForOutboundTime = TimeSpan.FromSeconds(4);
            }
        });
        silo.Configure<GrainCollectionOptions>(options =>
        {
            // Most grains serve one login and are never asked again; state is in storage.
            options.CollectionAge = TimeSpan.FromMinutes(5);
            options.CollectionQuantum = TimeSpan.FromMinutes(1);
        });
    }
}
