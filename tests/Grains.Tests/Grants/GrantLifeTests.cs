using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Grains.Revocation;
using Uitsmijter.Actors.Grains.Tests.Catalog;
using Uitsmijter.Actors.Protocol.Words;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Grants;

/// <summary>Whose a grant is, what it holds, and what it ends with.</summary>
public sealed class GrantLifeTests : RefreshWorld
{
    [Fact]
    [Trait("Attack", "41")]
    public async Task a_grant_tells_its_profile_for_its_own_subject_and_tenant_until_it_is_over()
    {
        var facts = TwoClusters.Facts() with { ProfileJson = """{"name":"Ada"}""" };
        var (grantId, _) = await Clusters.Grant(facts);

        var (own, foreignSubject, foreignTenant) = (await Grain(grantId).Profile(facts.Tenant, facts.Subject, default),
            await Grain(grantId).Profile(facts.Tenant, "eve", default), await Grain(grantId).Profile("bread", facts.Subject, default));
        await Grain(grantId).Revoke(Clusters.First.Clock.GetUtcNow(), default);
        var over = await Grain(grantId).Profile(facts.Tenant, facts.Subject, default);

        Assert.Equal((facts.ProfileJson, null, null, null), (own, foreignSubject, foreignTenant, over));
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task another_client_cannot_use_a_refresh_token_and_does_not_spend_it()
    {
        var (grantId, first) = await Clusters.Grant();

        var foreign = await Grain(grantId).Refresh(TwoClusters.Refresh(first, client: 2), default);
        var right = await Grain(grantId).Refresh(TwoClusters.Refresh(first), default);

        Assert.True(TwoClusters.IsInvalidGrant(foreign));
        Assert.IsType<TokenOutcome.Issued>(right);
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_refresh_token_ends_unused_after_its_life_and_used_at_the_end_of_its_family()
    {
        var (unused, spare) = await Clusters.Grant();
        var (used, secret) = await Clusters.Grant();
        for (var month = 0; month < 3; month++)
        {
            Clusters.First.Clock.Advance(TimeSpan.FromDays(29));
            secret = await Use(used, secret);
        }

        Clusters.First.Clock.Advance(TimeSpan.FromDays(4));

        Assert.True(TwoClusters.IsInvalidGrant(await Grain(unused).Refresh(TwoClusters.Refresh(spare), default)));
        Assert.True(TwoClusters.IsInvalidGrant(await Grain(used).Refresh(TwoClusters.Refresh(secret), default)));
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_refresh_token_ends_with_its_session_unless_it_was_asked_for_offline()
    {
        var (bound, boundSecret) = await Clusters.Grant(TwoClusters.Facts("sid-1"));
        var (offline, offlineSecret) = await Clusters.Grant(TwoClusters.Facts("sid-1") with { IsOffline = true });
        await Clusters.First.Grains.GetGrain<IRevocationFeedGrain>(IRevocationFeedGrain.ShardOf("sid-1")).Append(
            new RevocationEntry(RevocationKind.Session, "sid-1", Clusters.First.Clock.GetUtcNow().AddDays(30)), default);

        await ClusterFixture.Until(() => Clusters.First.Of<RevokedIds>(0).Contains(RevocationKind.Session, "sid-1"));
        var ended = await Grain(bound).Refresh(TwoClusters.Refresh(boundSecret), default);
        var lives = await Grain(offline).Refresh(TwoClusters.Refresh(offlineSecret), default);

        Assert.True(TwoClusters.IsInvalidGrant(ended));
        Assert.IsType<TokenOutcome.Issued>(lives);
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_refresh_token_ends_with_its_client_and_a_client_of_the_same_ident_of_another_tenant_does_not_inherit_it()
    {
        var (grantId, secret) = await Clusters.Grant();
        await Clusters.PublishToFirst(new CatalogChange { RemovedClients = [SomeCatalog.Ident(1)] }, static entries => entries.Client(SomeCatalog.Ident(1)) is null);

        var deleted = await Grain(grantId).Refresh(TwoClusters.Refresh(secret), default);
        await Clusters.PublishToFirst(
            new CatalogChange { Tenants = [SomeCatalog.Tenant("bread")], Clients = [SomeCatalog.Client(1, "bread")] },
            static entries => entries.Client(SomeCatalog.Ident(1))?.Client.TenantName == "bread");
        var heir = await Grain(grantId).Refresh(TwoClusters.Refresh(secret), default);

        Assert.Equal(OAuthErrors.InvalidClient, TwoClusters.ErrorOf(deleted));
        Assert.Equal((OAuthErrors.InvalidGrant, Reasons.TenantMismatch), (TwoClusters.ErrorOf(heir), ((TokenOutcome.Refused)heir).Error.Reason));
    }

    [Fact]
    [Trait("Attack", "24")]
    [Trait("Attack", "25")]
    public async Task a_refresh_token_does_not_outlive_the_grant_type_or_the_tenant_of_its_client()
    {
        var (grantId, secret) = await Clusters.Grant();
        var (entry, codesOnly) = (SomeCatalog.Client(1, TwoClusters.Tenant), SomeCatalog.Client(1, TwoClusters.Tenant));
        codesOnly = codesOnly with { Client = codesOnly.Client with { GrantTypes = [GrantTypes.AuthorizationCode] } };
        await Clusters.PublishToFirst(new CatalogChange { Clients = [codesOnly] }, static entries => entries.Client(SomeCatalog.Ident(1))!.Client.GrantTypes.Length == 1);
        var narrowed = await Grain(grantId).Refresh(TwoClusters.Refresh(secret), default);
        await Clusters.PublishToFirst(new CatalogChange { Clients = [entry] }, static entries => entries.Client(SomeCatalog.Ident(1))!.Client.GrantTypes.Length > 1);
        await Clusters.PublishToFirst(new CatalogChange { RemovedTenants = [TwoClusters.Tenant] }, static entries => entries.Tenant(TwoClusters.Tenant) is null);

        var homeless = await Grain(grantId).Refresh(TwoClusters.Refresh(secret), default);

        Assert.Equal(OAuthErrors.UnauthorizedClient, TwoClusters.ErrorOf(narrowed));
        Assert.IsType<TokenOutcome.Refused>(homeless);
    }

    [Fact]
    public async Task what_is_stored_of_a_grant_opens_nothing()
    {
        var (grantId, first) = await Clusters.Grant();
        var second = await Use(grantId, first);

        var stored = string.Join('\n', Clusters.First.Storage.Records.Values);

        Assert.DoesNotContain(first, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(second, stored, StringComparison.Ordinal);
        Assert.Contains(SomeCatalog.Ident(1).ToString(), stored, StringComparison.Ordinal);
    }
}
