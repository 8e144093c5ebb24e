namespace Uitsmijter.Actors.Gateway.Revocation;

/// <summary>Registers the room: this gateway's copy of the revocation feed.</summary>
internal static class RevocationRoom
{
    /// <summary>Adds <see cref="RevocationMirror"/> and starts its loops with the process.</summary>
    public static IServiceCollection AddRevocationMirror(this IServiceCollection services) =>
        services.AddSingleton<RevocationMirror>().AddHostedService(static provider => provider.GetRequiredService<RevocationMirror>());
}
