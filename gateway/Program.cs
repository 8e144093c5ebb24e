using Uitsmijter.Actors.Gateway.Hosting;
using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.Protocol.Settings;

var settings = ServerSettings.ReadForGateway(Environment.GetEnvironmentVariable);
if (GatewayProcess.Refuses(settings))
{
    return ProcessHost.BadSettings;
}

var builder = ProcessHost.CreateBuilder(settings, hasPublicListener: true);
builder.AddGateway(settings);
StagedStart.Arrange(builder.Services);
var app = builder.Build();
app.UseGateway();
return await ProcessHost.Run(app, settings, hasPublicListener: true);
