using System.Text.Json;
using Uitsmijter.Actors.Protocol.Keys;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Keys;

public sealed class JoseReadingTests
{
    [Theory]
    [InlineData("AQAB", true)]
    [InlineData("AQ", true)]
    [InlineData("", false)]
    [InlineData("AQ==", false)]
    [InlineData("AR", false)]
    [InlineData("AQ AB", false)]
    [InlineData("AQ\nAB", false)]
    [InlineData("A+/B", false)]
    [InlineData("A", false)]
    [InlineData(" ", false)]
    [Trait("Attack", "20")]
    public void bytes_have_one_spelling(string text, bool isOne) => Assert.Equal(isOne, JoseReading.Bytes(text) is not null);

    [Theory]
    [InlineData("""{"a":"text"}""", "text")]
    [InlineData("""{"a":1}""", null)]
    [InlineData("""{"a":null}""", null)]
    [InlineData("""{"b":"text"}""", null)]
    [InlineData("""["a"]""", null)]
    [InlineData("1", null)]
    [InlineData("""{"a":"\ud800"}""", null)]
    [InlineData("""{"\ud800":"x","a":"\udc00\ud800"}""", null)]
    public void a_text_is_a_text_of_an_object_or_none(string json, string? expected)
    {
        using var document = JsonDocument.Parse(json);

        Assert.Equal(expected, JoseReading.Text(document.RootElement, "a"));
    }
}
