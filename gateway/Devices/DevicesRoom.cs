using Uitsmijter.Actors.Gateway.Grants;

namespace Uitsmijter.Actors.Gateway.Devices;

/// <summary>Registers the room: devices that cannot show a login page (RFC 8628).</summary>
internal static class DevicesRoom
{
    /// <summary>Adds the endpoints and the grant type; the rooms of login and grants must be there.</summary>
    public static IServiceCollection AddDevices(this IServiceCollection services) => services
        .AddSingleton<ITokenGrant, DeviceCodeGrant>()
        .AddSingleton<DeviceTenants>()
        .AddSingleton<UserCodeSearch>()
        .AddSingleton<DeviceLogin>()
        .AddSingleton<DeviceDecision>()
        .AddSingleton<DeviceWorkshop>()
        .AddSingleton<ActivatePage>()
        .AddSingleton<ActivateEndpoint>()
        .AddSingleton<DeviceAuthorizationEndpoint>();

    /// <summary>Maps <c>/oauth/device_authorization</c> and <c>/activate</c>.</summary>
    public static void MapDevices(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        app.MapMethods(DeviceAuthorizationEndpoint.Path, [HttpMethods.Post], services.GetRequiredService<DeviceAuthorizationEndpoint>().Answer);
        app.MapMethods(ActivateEndpoint.Path, [HttpMethods.Get, HttpMethods.Head], services.GetRequiredService<ActivateEndpoint>().Show);
        app.MapMethods(ActivateEndpoint.Path, [HttpMethods.Post], services.GetRequiredService<ActivateEndpoint>().Submit);
    }
}
