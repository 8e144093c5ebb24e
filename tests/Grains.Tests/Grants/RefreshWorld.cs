using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Protocol.Grants;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Grants;

/// <summary>Two clusters over one storage, and grants whose refresh tokens are used there.</summary>
public abstract class RefreshWorld : IAsyncLifetime
{
    private protected TwoClusters Clusters { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Clusters = await TwoClusters.Start();

    public async ValueTask DisposeAsync()
    {
        await Clusters.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A grant as the first cluster has it.</summary>
    private protected IGrantGrain Grain(string grantId) => Clusters.First.Grains.GetGrain<IGrantGrain>(grantId);

    /// <summary>Uses a refresh token; the secret of the next one.</summary>
    private protected async Task<string> Use(string grantId, string secret, ClusterFixture? cluster = null)
    {
        var outcome = await (cluster ?? Clusters.First).Grains.GetGrain<IGrantGrain>(grantId).Refresh(TwoClusters.Refresh(secret), default);
        return RefreshTokenText.Split(((TokenOutcome.Issued)outcome).Tokens.RefreshToken!)!.Value.Secret;
    }
}
