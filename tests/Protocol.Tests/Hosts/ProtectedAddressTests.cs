using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Hosts;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Hosts;

public sealed class ProtectedAddressTests
{
    /// <summary>What configuration takes is what is delivered to.</summary>
    [Theory]
    [Trait("Attack", "42")]
    [InlineData("https://client.test/bye", true)]
    [InlineData("http://127.0.0.1:8080/bye", true)]
    [InlineData("http://[::1]:8080/bye", true)]
    [InlineData("http://localhost/bye", true)]
    [InlineData("http://LOCALHOST/bye", true)]
    [InlineData("http://x.localhost/bye", true)]
    [InlineData("http://xlocalhost/bye", false)]
    [InlineData("http://localhost.test/bye", false)]
    [InlineData("http://127.0.0.2/bye", false)]
    [InlineData("http://client.test/bye", false)]
    [InlineData("https://user:password@client.test/", false)]
    [InlineData("ftp://127.0.0.1/", false)]
    [InlineData("file:///etc/passwd", false)]
    public void what_concerns_a_person_travels_by_tls_or_stays_on_this_machine(string address, bool isProtected)
    {
        Assert.Equal(isProtected, ProtectedAddress.Is(new Uri(address)));
        Assert.Equal(isProtected, UrlTranslation.IsProtected(address));
    }
}
