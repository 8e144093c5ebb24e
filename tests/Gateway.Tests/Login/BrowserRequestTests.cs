using System.Net;
using Microsoft.AspNetCore.Http;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Protocol.Hosts;

namespace Uitsmijter.Actors.Gateway.Tests.Login;

public sealed class BrowserRequestTests
{
    [Theory]
    [InlineData("MÜNCHEN.example", "xn--mnchen-3ya.example")]
    [InlineData("münchen.example:8443", "xn--mnchen-3ya.example:8443")]
    [InlineData("Login.Example.com", "login.example.com")]
    [InlineData("[::1]:8080", "[::1]:8080")]
    public void the_host_a_page_leads_back_to_can_stand_in_a_header(string forwarded, string authority)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        context.Request.Host = new HostString("gateway");
        context.Request.Headers["X-Forwarded-Host"] = forwarded;

        var request = BrowserRequest.Read(context, TrustedProxies.Parse("127.0.0.0/8", isProduction: false, out _));

        Assert.Equal(authority, request!.Authority);
    }
}
