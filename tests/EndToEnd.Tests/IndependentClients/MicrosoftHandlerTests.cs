using System.Net;
using System.Text.Json;
using Uitsmijter.Actors.EndToEnd.Tests.Conformance;

namespace Uitsmijter.Actors.EndToEnd.Tests.IndependentClients;

/// <summary>Microsoft's OpenID Connect handler, as it comes: code, PKCE, ID token, UserInfo.</summary>
/// <param name="worlds">The servers.</param>
public sealed class MicrosoftHandlerTests(Worlds worlds)
{
    /// <summary>How answers come, and whether over Redis.</summary>
    public static TheoryData<string, bool> Ways => new() { { "query", false }, { "query", true }, { "form_post", false }, { "form_post", true } };

    [Theory, MemberData(nameof(Ways))]
    public async Task a_person_opens_the_page_of_an_application_and_is_known_there(string responseMode, bool overRedis)
    {
        Assert.SkipWhen(overRedis && !RedisServer.IsInstalled, "redis-server is not installed");
        var world = await (overRedis ? worlds.OverRedis : worlds.Embedded);
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
}
