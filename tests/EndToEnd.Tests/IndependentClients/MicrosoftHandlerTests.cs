using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Uitsmijter.Actors.EndToEnd.Tests.Conformance;

namespace Uitsmijter.Actors.EndToEnd.Tests.IndependentClients;

/// <summary>Microsoft's OpenID Connect handler, as it comes: code, PKCE, ID token, UserInfo.</summary>
/// <param name="worlds">The servers.</param>
public sealed partial class MicrosoftHandlerTests(Worlds worlds)
{
    /// <summary>How answers come, and whether over Redis.</summary>
    public static TheoryData<string, bool> Ways => new() { { "query", false }, { "query", true }, { "form_post", false }, { "form_post", true } };

    [Theory, MemberData(nameof(Ways))]
    public async Task a_person_opens_the_page_of_an_application_and_is_known_there(string responseMode, bool overRedis)
    {
        var world = await World(overRedis);
        await using var application = await MicrosoftApplication.Start(world.Issuer, responseMode);
        using var person = new Person();

        var arrival = await person.Visit(application.Address, "http://nowhere.test/");
        var told = JsonSerializer.Deserialize<JsonElement>(arrival.Page);

        Assert.Equal(HttpStatusCode.OK, arrival.Status);
        Assert.Equal(application.Address, arrival.Address);
        Assert.Equal(1, person.Logins);
        Assert.Equal(Certification.Subject, told.GetProperty("sub").GetString());
        Assert.Equal(Certification.User, told.GetProperty("email").GetString());
        Assert.NotEqual("", told.GetProperty("token").GetString());
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task an_application_that_signs_what_it_says_of_itself_knows_the_person_too(bool overRedis)
    {
        var world = await World(overRedis);
        await using var application = await MicrosoftApplication.Start(world.Issuer, "query", Certification.ByPrivateKey);
        using var person = new Person();

        var arrival = await person.Visit(application.Address, "http://nowhere.test/");

        Assert.Equal((HttpStatusCode.OK, application.Address), (arrival.Status, arrival.Address));
        Assert.Equal(Certification.Subject, JsonSerializer.Deserialize<JsonElement>(arrival.Page).GetProperty("sub").GetString());
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task a_person_who_signs_out_at_an_application_comes_back_to_it_and_is_known_nowhere(bool overRedis)
    {
        var world = await World(overRedis);
        await using var application = await MicrosoftApplication.Start(world.Issuer, "query");
        using var person = new Person();
        await person.Visit(application.Address, "http://nowhere.test/");

        var left = await person.Visit(new Uri(application.Address, "/leave"), "http://nowhere.test/");
        var again = await person.Visit(application.Address, "http://nowhere.test/");

        Assert.Equal((new Uri(application.Address, "/left"), "Goodbye from the application."), (left.Address, left.Page));
        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Equal(2, person.Logins);
    }

    /// <summary>The handler's <c>RemoteSignOutPath</c>: it believes the frame only with the <c>iss</c> and <c>sid</c> of its own session.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public async Task another_application_hears_by_a_frame_of_the_logout_page_and_forgets_the_person(bool overRedis)
    {
        var world = await World(overRedis);
        await using var framed = await MicrosoftApplication.Start(world.Issuer, "query", Certification.Framed);
        await using var application = await MicrosoftApplication.Start(world.Issuer, "query");
        using var person = new Person();
        await person.Visit(framed.Address, "http://nowhere.test/");
        await person.Visit(application.Address, "http://nowhere.test/");

        var page = await person.Visit(new Uri(application.Address, "/leave"), "http://nowhere.test/");
        var frame = new Uri(WebUtility.HtmlDecode(Frame().Match(page.Page).Groups["address"].Value));
        var forged = await person.Visit(new Uri(frame.GetLeftPart(UriPartial.Path) + "?iss=" + Uri.EscapeDataString(world.Issuer) + "&sid=another"), "http://nowhere.test/");
        var still = await person.Visit(framed.Address, "http://nowhere.test/");
        var told = await person.Visit(frame, "http://nowhere.test/");
        var logins = person.Logins;
        await person.Visit(framed.Address, "http://nowhere.test/");

        Assert.Equal(framed.Address.Authority, frame.Authority);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (forged.Status, told.Status));
        Assert.Contains(Certification.Subject, still.Page, StringComparison.Ordinal);
        Assert.Equal((1, 2), (logins, person.Logins));
    }

    private async Task<World> World(bool overRedis)
    {
        Assert.SkipWhen(overRedis && !RedisServer.IsInstalled, "redis-server is not installed");
        return await (overRedis ? worlds.OverRedis : worlds.Embedded);
    }

    [GeneratedRegex("<iframe[^>]*src=\"(?<address>[^\"]+)\"")]
    private static partial Regex Frame();
}
