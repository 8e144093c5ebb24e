using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime.Messaging;
using Orleans.Serialization;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Silo.Hosting;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Hosting;

/// <summary>The silo's half of what both ends of a line have to agree on; the gateway's is in its tests.</summary>
public sealed class RejectionsTravelTests
{
    [Fact]
    public void a_silo_writes_its_rejection_as_what_it_is()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.AddSilo(new ServerSettings());
        using var host = builder.Build();
        var serializer = host.Services.GetRequiredService<Serializer>();

        var arrived = serializer.Deserialize<Exception>(serializer.SerializeToArray<Exception>(new ConnectionFailedException("not executed")));

        Assert.IsType<ConnectionFailedException>(arrived);
    }
}
