using Uitsmijter.Actors.Protocol.Revocation;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Revocation;

public sealed class RevocationRulesTests
{
    [Fact]
    [Trait("Attack", "48")]
    public void a_revocation_is_over_only_some_time_after_the_last_token()
    {
        Assert.False(RevocationRules.IsOver(The.Instant, The.Instant + RevocationRules.Reserve - TimeSpan.FromTicks(1)));
        Assert.True(RevocationRules.IsOver(The.Instant, The.Instant + RevocationRules.Reserve));
    }
}
