using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Silo.Hosting;

var settings = ServerSettings.Read(Environment.GetEnvironmentVariable);
if (ProcessHost.Refuses(settings))
{
    return ProcessHost.BadSettings;
}

var builder = ProcessHost.CreateBuilder(settings, hasPublicListener: false);
builder.AddSilo(settings);
StagedStart.Arrange(builder.Services);
var app = builder.Build();
app.UseManagementPort();
return await ProcessHost.Run(app, settings, hasPublicListener: false);
