using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Uitsmijter.Actors.Silo.Hosting;

/// <summary>
/// Lets a silo live with a wall clock that is set while it runs. Orleans' collector of idle grains refuses to begin a grain that would have to be collected before what it has
/// collected already: for as many minutes as the clock went back no login, code or proof would be served by that silo. And its timers of membership wait until the time they fired last has come again: so long
/// the silo gives no sign of life and hears of no new member (docs/decisions/0084). Orleans asks for its clocks by what they are for.
/// </summary>
internal static class SteppedClocks
{
    /// <summary>Gives Orleans a clock for its own uses that is never set; grains and everything of ours keep the wall clock.</summary>
    /// <param name="services">The silo's services.</param>
    public static void Bear(IServiceCollection services)
    {
        foreach (var use in (ReadOnlySpan<string>)[TimeProviderNames.ActivationManagement, TimeProviderNames.Membership, TimeProviderNames.SystemTimers])
        {
            services.AddKeyedSingleton<TimeProvider>(use, static (provider, _) => new SteadyClock(provider.GetRequiredService<TimeProvider>()));
        }
    }
}
