using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Grains.Authorization;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Revocation;
using Uitsmijter.Actors.Protocol.Grants;

namespace Uitsmijter.Actors.Grains.Grants;

/// <summary>What a grant asks on its way.</summary>
/// <param name="Catalog">The mirror of the catalog.</param>
/// <param name="Clients">Proves clients.</param>
/// <param name="Mint">Makes tokens.</param>
/// <param name="Revocations">Knows what is revoked.</param>
/// <param name="Grains">Reaches the provider.</param>
public sealed record GrantWorkshop(CatalogEntries Catalog, ClientAuthenticator Clients, TokenMint Mint, Revocations Revocations, IGrainFactory Grains)
{
    /// <summary>Asks the tenant's validation script whether the user may stay (contract http.md §6.4).</summary>
    /// <param name="facts">The grant.</param>
    /// <param name="allowMissing">True where a tenant without a script keeps its users.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    internal async Task<UserStanding> Validate(GrantFacts facts, bool allowMissing, CancellationToken cancellationToken)
    {
        if (facts.User.Length == 0)
        {
            return UserStanding.Valid;
        }

        return await Grains.GetGrain<IProviderGrain>(facts.Tenant).Validate(facts.User, cancellationToken) switch
        {
            ValidationOutcome.Valid => UserStanding.Valid,
            ValidationOutcome.Invalid => UserStanding.Invalid,
            ValidationOutcome.Failed { Failure: ScriptFailure.ClassMissing } when allowMissing => UserStanding.Valid,
            _ => UserStanding.Undecided,
        };
    }
}

/// <summary>What the validation script says of a user.</summary>
internal enum UserStanding
{
    /// <summary>May stay.</summary>
    Valid = 0,

    /// <summary>Definitely not.</summary>
    Invalid = 1,

    /// <summary>It could not decide.</summary>
    Undecided = 2,
}
