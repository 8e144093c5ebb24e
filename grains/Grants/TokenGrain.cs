using Orleans.Concurrency;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Grains.Catalog;

namespace Uitsmijter.Actors.Grains.Grants;

/// <inheritdoc cref="ITokenGrain"/>
[StatelessWorker]
[GrainType("token")]
internal sealed class TokenGrain(CatalogEntries catalog, TokenMint mint) : Grain, ITokenGrain
{
    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken) => catalog.UntilLoaded(cancellationToken);

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
