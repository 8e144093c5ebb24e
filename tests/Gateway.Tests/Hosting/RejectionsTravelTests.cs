using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime.Messaging;
using Orleans.Serialization;
using Uitsmijter.Actors.Gateway.Hosting;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Tests.Hosting;

/// <summary>The gateway's half of what both ends of a line have to agree on; the silo's is in its tests.</summary>
public sealed class RejectionsTravelTests
{
    [Fact]
    public void a_gateway_reads_a_silos_rejection_as_what_it_is()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        ClusterClient.Add(builder, new ServerSettings());
        using var host = builder.Build();
        var serializer = host.Services.GetRequiredService<Serializer>();

        var arrived = serializer.Deserialize<Exception>(serializer.SerializeToArray<Exception>(new ConnectionFailedException("not executed")));

        Assert.IsType<ConnectionFailedException>(arrived);
    }
}
