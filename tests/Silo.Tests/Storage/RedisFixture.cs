using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.TestKit.Processes;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Storage;

/// <summary>One Redis for the tests of a class.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    private RedisServer? _redis;

    /// <summary>Address of the server; skips the test where Redis is not installed.</summary>
    public string Address
    {
        get
        {
            Assert.SkipUnless(RedisServer.IsInstalled, "redis-server is not installed.");
            return _redis!.Address;
        }
    }

    /// <summary>Settings of silos that store there, or in memory.</summary>
    public ServerSettings Settings(string storage) =>
        new() { Storage = storage, RedisUri = new Secret(storage == Uitsmijter.Actors.Protocol.Words.SettingWords.Redis ? Address : "127.0.0.1:1") };

    /// <inheritdoc />
    public async ValueTask InitializeAsync() => _redis = RedisServer.IsInstalled ? await RedisServer.Start() : null;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _redis?.DisposeAsync() ?? ValueTask.CompletedTask;
}
