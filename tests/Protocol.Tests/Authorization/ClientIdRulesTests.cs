using Uitsmijter.Actors.Protocol.Authorization;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Authorization;

/// <summary>Ids of clients as strangers send them.</summary>
public sealed class ClientIdRulesTests
{
    private const string Id = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a02";

    [Theory]
    [InlineData(Id)]
    [InlineData("6B1A3F4C-9A3E-4D0E-8F7B-0D7C5D8E1A02")]
    public void an_id_is_read_in_either_case(string text)
    {
        Assert.True(ClientIdRules.TryRead(text, out var ident));
        Assert.Equal(Guid.Parse(Id), ident);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" " + Id)]
    [InlineData(Id + " ")]
    [InlineData("\n" + Id)]
    [InlineData(Id + "\t")]
    [InlineData("\u2028" + Id + "\u00a0")]
    [InlineData("\u2028" + "b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a02")]
    [InlineData("6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a0 ")]
    [InlineData("{" + Id + "}")]
    [InlineData("6b1a3f4c9a3e4d0e8f7b0d7c5d8e1a02")]
    [Trait("Attack", "27")]
    public void an_id_with_something_around_it_is_none(string? text) => Assert.False(ClientIdRules.TryRead(text, out _));

    [Theory]
    [InlineData("+b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a02")]
    [InlineData("0b1a3f4c-9a3e-4d0e-8f7b-+d7c5d8e1a02")]
    [InlineData("0x00003c-9a3e-4d0e-8f7b-0d7c5d8e1a02")]
    [InlineData("0b1a3f4c-9a3e-0x0e-8f7b-0d7c5d8e1a02")]
    [Trait("Attack", "27")]
    public void an_id_with_signs_in_place_of_zeros_is_none(string text)
    {
        Assert.True(Guid.TryParseExact(text, "D", out _), "The base library reads it no more.");
        Assert.False(ClientIdRules.TryRead(text, out _));
    }
}
