using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Grains.Authorization;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Revocation;
using Uitsmijter.Actors.Grains.Sessions;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Sessions;

namespace Uitsmijter.Actors.Grains.Grants;

/// <summary>What a grant asks on its way.</summary>
/// <param name="Catalog">The mirror of the catalog.</param>
/// <param name="Clients">Proves clients.</param>
/// <param name="Mint">Makes tokens.</param>
/// <param name="Revocations">Knows what is revoked.</param>
/// <param name="Subjects">What each subject has open.</param>
/// <param name="Grains">Reaches the provider, and other grants.</param>
public sealed record GrantWorkshop(
    CatalogEntries Catalog, ClientAuthenticator Clients, TokenMint Mint, Revocations Revocations, SubjectSessions Subjects, IGrainFactory Grains)
{
    /// <summary>
    /// Lists a grant that outlives its session with its subject, so that "sign out everywhere" finds it; durable before the first token is made. The oldest of too many ends.
    /// </summary>
    /// <param name="id">The grant.</param>
    /// <param name="facts">What was agreed.</param>
    /// <param name="now">The instant.</param>
    /// <param name="ends">When the grant ends at the latest.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>False when the person has signed out everywhere since the login the grant rests on.</returns>
    internal async Task<bool> Keep(string id, GrantFacts facts, DateTimeOffset now, DateTimeOffset ends, CancellationToken cancellationToken)
    {
        var grant = new SubjectGrant { Id = id, Client = facts.Client, Begun = now.ToUnixTimeMilliseconds(), Ends = ends.ToUnixTimeMilliseconds() };
        if (await Subjects.Keep(facts.Tenant, facts.Subject, grant, facts.AuthTime) is not { } displaced)
        {
            return false;
        }

        // Each takes itself off the list once it has ended.
        await Task.WhenAll(displaced.Select(each => Grains.GetGrain<IGrantGrain>(each).Revoke(ends, cancellationToken)));
        return true;
    }

    /// <summary>Takes a grant that is over off its subject's list. Where that fails it stays listed until its end, which costs nothing.</summary>
    /// <param name="id">The grant.</param>
    /// <param name="facts">What was agreed.</param>
    internal async Task TryForget(string id, GrantFacts facts)
    {
        try
        {
            await Subjects.Forget(facts.Tenant, facts.Subject, id);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The grant has ended, which is what counts.
        }
    }

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
