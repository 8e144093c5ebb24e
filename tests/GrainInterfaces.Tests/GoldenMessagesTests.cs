using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.TestKit.Processes;
using Xunit;

namespace Uitsmijter.Actors.GrainInterfaces.Tests;

/// <summary>
/// The bytes of every message, committed. While a cluster is upgraded both versions talk: bytes of today must be read tomorrow. A new
/// member adds a file by <c>UITSMIJTER_WRITE_GOLDEN=1</c>; a changed file is a broken contract until proven otherwise.
/// </summary>
public sealed class GoldenMessagesTests : IDisposable
{
    private const string WriteSwitch = "UITSMIJTER_WRITE_GOLDEN";

    private readonly ServiceProvider _services = new ServiceCollection()
        .AddSerializer(static serializer => serializer.AddAssembly(typeof(Session).Assembly).AddAssembly(typeof(Tenant).Assembly))
        .BuildServiceProvider();

    private Serializer Serializer => _services.GetRequiredService<Serializer>();

    public static TheoryData<string> Names => [.. Messages.All.Select(NameOf)];

    public void Dispose() => _services.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void a_message_is_written_as_it_always_was(string name)
    {
        var message = Message(name);

        var bytes = Convert.ToHexStringLower(Serializer.SerializeToArray<object>(message));

        if (Environment.GetEnvironmentVariable(WriteSwitch) == "1")
        {
            File.WriteAllText(FileOf(name), bytes + "\n");
        }

        Assert.Equal(File.ReadAllText(FileOf(name)).Trim(), bytes);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void a_message_of_an_older_process_is_understood(string name)
    {
        var bytes = Convert.FromHexString(File.ReadAllText(FileOf(name)).Trim());

        var message = Serializer.Deserialize<object>(bytes);

        Assert.IsType(Message(name).GetType(), message);
        Assert.Equal(JsonSerializer.Serialize(Message(name)), JsonSerializer.Serialize(message));
    }

    [Fact]
    public void every_message_type_has_its_bytes()
    {
        var types = new[] { typeof(Session).Assembly, typeof(Tenant).Assembly }
            .SelectMany(static assembly => assembly.GetTypes())
            .Where(static type => type is { IsClass: true, IsAbstract: false } && type.GetCustomAttribute<GenerateSerializerAttribute>(inherit: false) is not null);

        var missing = types.Except(Messages.All.Select(static message => message.GetType()));

        Assert.Empty(missing);
    }

    [Fact]
    public void no_message_prints_what_must_not_be_printed()
    {
        var printed = string.Join('\n', Messages.All.Where(static message => message.GetType().Namespace!.EndsWith("Keys", StringComparison.Ordinal)
            || message.GetType().Namespace!.EndsWith("Login", StringComparison.Ordinal)
            || message.GetType().Namespace!.EndsWith("Authorization", StringComparison.Ordinal)
            || message.GetType().Namespace!.EndsWith("Grants", StringComparison.Ordinal)
            || message.GetType().Namespace!.EndsWith("Devices", StringComparison.Ordinal)));

        Assert.DoesNotContain("cheddar", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("encryption", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("ClaimsJson", printed, StringComparison.Ordinal);
    }

    private static object Message(string name) => Messages.All.Single(message => NameOf(message) == name);

    private static string NameOf(object message) => message.GetType().GetCustomAttribute<AliasAttribute>(inherit: false)!.Alias;

    private static string FileOf(string name) => Path.Combine(Repository.Root, "tests", "GrainInterfaces.Tests", "Golden", $"{name}.hex");
}
