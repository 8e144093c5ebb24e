using System.Net;
using System.Net.Http.Json;
using Uitsmijter.Actors.Gateway.ForwardAuth;
using Uitsmijter.Actors.Gateway.Tests.Cluster;

namespace Uitsmijter.Actors.Gateway.Tests.Login;

/// <summary>What a posted login form may look like.</summary>
public sealed class LoginFormTests
{
    private const string Host = "login.example.com";
    private const string Query = "?for=https%3A%2F%2Fcookbooks.example.com%2Fsoup%3Fa%3D1%26b%3D%252F&mode=interceptor";
    private const string Target = "https://cookbooks.example.com/soup?a=1&b=%2F";

    [Theory]
    [InlineData("user", "word")]
    [InlineData("name", "pass")]
    [Trait("Contract", "http 40")]
    public async Task wrong_field_names_are_400_and_say_that_the_form_cannot_be_read(string user, string password)
    {
        await using var world = await LoginWorld.Start();
        var form = new FormUrlEncodedContent(new Dictionary<string, string> { [user] = "ada", [password] = "x", ["location"] = Target });

        var answer = await world.OpenBrowser().Post(Host, "/login", form, ("Accept", "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("FORM_NOT_PARSEABLE", answer.Body, StringComparison.Ordinal);
        Assert.Empty(world.Cluster.Provider.Asked);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/vnd.api+json")]
    [InlineData("multipart/form-data")]
    public async Task every_type_of_form_of_the_contract_is_read(string type)
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        var fields = (await browser.Get(Host, $"/login{Query}")).Fields("ada@example.com", FakeProvider.Password);

        HttpContent content = type == "multipart/form-data" ? Multipart(fields) : JsonContent.Create(fields, new System.Net.Http.Headers.MediaTypeHeaderValue(type));
        var answer = await browser.Post(Host, "/login", content);

        Assert.Equal(Target, answer.Location);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task a_form_of_another_type_has_no_fields(string? type)
    {
        await using var world = await LoginWorld.Start();
        var content = new StringContent("username=ada&password=x&location=%2F");
        content.Headers.ContentType = type is null ? null : new(type);

        var answer = await world.OpenBrowser().Post(Host, "/login", content, ("Accept", "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("FORM_NOT_PARSEABLE", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task of_a_repeated_field_the_last_one_counts()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        var fields = (await browser.Get(Host, $"/login{Query}")).Fields("ada@example.com", FakeProvider.Password);

        await browser.Post(Host, "/login", new FormUrlEncodedContent([new("username", "somebody else"), .. fields]));

        Assert.Equal("ada@example.com", Assert.Single(world.Cluster.Provider.Asked).Request.Username);
    }

    [Theory]
    [InlineData('a')]
    [InlineData('&')]
    [InlineData('+')]
    public async Task the_longest_address_forward_auth_sends_here_fits_into_the_form(char filling)
    {
        await using var world = await LoginWorld.Start();
        const string Start = "https://cookbooks.example.com/?q=";
        var each = Uri.EscapeDataString(filling.ToString()).Length;
        var target = Start + new string(filling, (LoginAddress.MaxTargetLength - Uri.EscapeDataString(Start).Length) / each);

        var answer = await world.OpenBrowser().LogIn(Host, $"?for={Uri.EscapeDataString(target)}&mode=interceptor");

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.Equal(target, answer.Headers["Location"]);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", true)]
    [InlineData("application/x-www-form-urlencoded", false)]
    [InlineData("application/json", true)]
    [Trait("Attack", "46")]
    public async Task an_oversized_form_is_413_and_asks_nobody(string type, bool saysLength)
    {
        await using var world = await LoginWorld.Start();
        var content = new StringContent(new string('x', 200_000));
        content.Headers.ContentType = new(type);
        HttpContent body = saysLength ? content : new StreamContent(new LengthlessStream(await content.ReadAsStreamAsync()));
        body.Headers.ContentType = new(type);

        var answer = await world.OpenBrowser().Post(Host, "/login", body, ("Accept", "application/json"));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Empty(world.Cluster.Provider.Asked);
    }

    private static MultipartFormDataContent Multipart(Dictionary<string, string> fields)
    {
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            content.Add(new StringContent(value), name);
        }

        return content;
    }

    private sealed class LengthlessStream(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
