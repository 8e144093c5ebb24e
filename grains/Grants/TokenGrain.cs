using Orleans.Concurrency;
using Uitsmijter.Actors.GrainInterfaces.Grants;

namespace Uitsmijter.Actors.Grains.Grants;

/// <inheritdoc cref="ITokenGrain"/>
[StatelessWorker]
[GrainType("token")]
internal sealed class TokenGrain(TokenMint mint) : Grain, ITokenGrain
{
    /// <inheritdoc />
    public Task<TokenOutcome> Mint(MintTokens request, CancellationToken cancellationToken) => mint.Mint(
        new MintOrder
        {
            Facts = request.Facts,
            Terms = request.Terms,
            Scopes = request.Facts.Scopes,
            Audiences = [.. request.Facts.Resources, .. request.Audiences],
            GrantId = request.GrantId,
            NotAfter = request.NotAfter,
        },
        cancellationToken);
}
