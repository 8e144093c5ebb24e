using System.Collections.Immutable;
using System.Text;
using Uitsmijter.Actors.Protocol.Keys;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Keys;

public sealed class DerivedKeyRulesTests
{
    private static readonly ImmutableArray<byte> _jwt = [.. Encoding.UTF8.GetBytes("jwt-secret-0123456789abcdef-0123456789")];
    private static readonly ImmutableArray<byte> _encryption = [.. Encoding.UTF8.GetBytes("key-encryption-secret-0123456789abcdef")];
    private static readonly ImmutableArray<byte> _oldJwt = [.. Encoding.UTF8.GetBytes("old-jwt-secret")];
    private static readonly ImmutableArray<byte> _oldEncryption = [.. Encoding.UTF8.GetBytes("old-key-encryption-secret")];
    private static readonly KeySecrets _secrets = new([_jwt], [_encryption]);

    [Fact]
    public void the_cookie_key_is_the_hkdf_the_documentation_describes()
    {
        // Computed with another implementation of RFC 5869: HMAC-SHA-256, salt SHA-256(JWT_SECRET).
        var key = DerivedKeyRules.CookieKeys(_secrets, "cheese/cheese").Single();

        Assert.Equal("fa045906848a6bbc67a2e05c6c7f905f8f7a2c88b3ec06fe829a70a7645fd6c0", Convert.ToHexStringLower([.. key]));
    }

    [Fact]
    public void the_name_key_is_another_key()
    {
        var key = DerivedKeyRules.NameKey(_secrets, "cheese/cheese");

        Assert.Equal("fd60369c04d7fb62eb6438ebbd2825e2649eb75d6f0c418a80bd5bdbc63146c0", Convert.ToHexStringLower([.. key]));
    }

    [Fact]
    public void cookies_of_every_combination_of_secrets_stay_good_and_the_current_pair_signs()
    {
        var both = new KeySecrets([_jwt, _oldJwt], [_encryption, _oldEncryption]);

        var keys = DerivedKeyRules.CookieKeys(both, "t").Select(static key => Convert.ToHexString([.. key])).ToList();

        Assert.Equal(Only(_jwt, _encryption), keys[0]);
        Assert.Equal(
            [Only(_jwt, _encryption), Only(_oldJwt, _encryption), Only(_jwt, _oldEncryption), Only(_oldJwt, _oldEncryption)],
            keys);
        Assert.Equal(4, keys.Distinct().Count());
    }

    [Fact]
    [Trait("Attack", "20")]
    public void no_two_tenants_share_a_key()
    {
        string[] tenants = ["cheese/cheese", "cheese", "cheese/cheese ", "Cheese/cheese", ""];

        var keys = tenants.SelectMany(static tenant => (string[])
        [
            Convert.ToHexString([.. DerivedKeyRules.CookieKeys(_secrets, tenant)[0]]),
            Convert.ToHexString([.. DerivedKeyRules.NameKey(_secrets, tenant)]),
        ]);

        Assert.Equal(tenants.Length * 2, keys.Distinct().Count());
    }

    [Fact]
    public void the_id_of_a_symmetric_key_is_stable_and_no_part_of_it()
    {
        var kid = DerivedKeyRules.KidOf(_jwt.AsSpan());

        Assert.Equal(kid, DerivedKeyRules.KidOf(_jwt.AsSpan()));
        Assert.NotEqual(kid, DerivedKeyRules.KidOf(_encryption.AsSpan()));
        Assert.Matches("^[0-9a-f]{16}$", kid);
    }

    [Fact]
    [Trait("Attack", "45")]
    public void secrets_do_not_print() => Assert.Equal("KeySecrets { *** }", $"{_secrets}");

    private static string Only(ImmutableArray<byte> jwt, ImmutableArray<byte> encryption) =>
        Convert.ToHexString([.. DerivedKeyRules.CookieKeys(new KeySecrets([jwt], [encryption]), "t").Single()]);
}
