namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>Registers the room: this gateway's copies of tenants' keys.</summary>
internal static class KeysRoom
{
    /// <summary>Adds <see cref="KeyMirror"/> and starts its loop with the process.</summary>
    public static IServiceCollection AddKeyMirrors(this IServiceCollection services) =>
        services.AddSingleton<KeyMirror>().AddHostedService(static provider => provider.GetRequiredService<KeyMirror>());
}
