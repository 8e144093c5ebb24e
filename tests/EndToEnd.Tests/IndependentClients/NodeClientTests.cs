using System.Text.Json;
using Uitsmijter.Actors.EndToEnd.Tests.Conformance;

namespace Uitsmijter.Actors.EndToEnd.Tests.IndependentClients;

/// <summary>Two libraries of the field, written against the standards by others, drive a running server: every grant, every way to prove a client.</summary>
/// <param name="worlds">The servers.</param>
public sealed class NodeClientTests(Worlds worlds)
{
    private static readonly string[] _libraries = ["openid-client", "oauth4webapi"];
    private static readonly string[] _proofMethods = ["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt"];

    /// <summary>Library, method, and whether over Redis.</summary>
    public static TheoryData<string, string, bool> Confidential => Rows(_proofMethods);

    /// <summary>As <see cref="Confidential"/>, with public clients.</summary>
    public static TheoryData<string, string, bool> Everybody => Rows([.. _proofMethods, "none"]);

    /// <summary>Library, and whether over Redis.</summary>
    public static TheoryData<string, bool> Ways => new() { { "openid-client", false }, { "openid-client", true }, { "oauth4webapi", false }, { "oauth4webapi", true } };

    [Theory, MemberData(nameof(Everybody))]
    [Trait("Contract", "http 3")]
    public async Task a_library_logs_in_refreshes_introspects_and_revokes(string library, string method, bool overRedis)
    {
        var told = await Run(library, "code", method, overRedis, "openid email offline_access");

        Assert.Equal(Certification.Subject, told.GetProperty("sub").GetString());
        Assert.Equal(Certification.User, told.GetProperty("email").GetString());
        Assert.Equal("email offline_access openid", told.GetProperty("scope").GetString());
        Assert.True(told.GetProperty("changed").GetBoolean());
        Assert.True(told.GetProperty("active").GetBoolean());
        Assert.Equal("invalid_grant", told.GetProperty("after").GetString());
    }

    [Theory, MemberData(nameof(Confidential))]
    public async Task a_library_gets_a_token_for_the_client_itself(string library, string method, bool overRedis)
    {
        var told = await Run(library, "client_credentials", method, overRedis, "orders:read");

        Assert.Equal("orders:read", told.GetProperty("scope").GetString());
        Assert.Equal("bearer", told.GetProperty("type").GetString());
        Assert.True(told.GetProperty("active").GetBoolean());
        Assert.Equal(Certification.ClientOf(method), told.GetProperty("clientId").GetString());
    }

    [Theory, InlineData(false), InlineData(true)]
    [Trait("Standard", "RFC 8414")]
    public async Task a_library_that_knows_no_openid_finds_the_metadata_too(bool overRedis)
    {
        var told = await Run("oauth4webapi", "client_credentials", "client_secret_basic", overRedis, "orders:read", "oauth2");

        Assert.Equal("orders:read", told.GetProperty("scope").GetString());
        Assert.True(told.GetProperty("active").GetBoolean());
    }

    [Theory, MemberData(nameof(Confidential))]
    public async Task a_library_passes_a_password_on(string library, string method, bool overRedis)
    {
        var told = await Run(library, "password", method, overRedis, "openid email offline_access");

        Assert.Equal(Certification.Subject, told.GetProperty("sub").GetString());
        Assert.Equal(Certification.User, told.GetProperty("email").GetString());
        Assert.Equal("none", told.GetProperty("refresh").GetString());
        Assert.Equal("invalid_grant", told.GetProperty("wrong").GetString());
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task a_library_believes_a_signed_introspection_answer(bool overRedis)
    {
        var told = await Run("oauth4webapi", "signed_introspection", "client_secret_basic", overRedis, "orders:read");

        Assert.True(told.GetProperty("active").GetBoolean());
        Assert.Equal("orders:read", told.GetProperty("scope").GetString());
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task a_library_takes_an_answer_from_a_form(string library, bool overRedis) =>
        Assert.Equal(Certification.Subject, (await Run(library, "form_post", "client_secret_basic", overRedis, "openid")).GetProperty("sub").GetString());

    [Theory, MemberData(nameof(Ways))]
    public async Task a_library_pushes_its_request(string library, bool overRedis) =>
        Assert.Equal(Certification.Subject, (await Run(library, "pushed", "private_key_jwt", overRedis, "openid")).GetProperty("sub").GetString());

    [Theory, MemberData(nameof(Ways))]
    public async Task a_library_binds_its_tokens_to_a_key(string library, bool overRedis)
    {
        var told = await Run(library, "dpop", "none", overRedis, "openid offline_access");

        Assert.Equal(Certification.Subject, told.GetProperty("sub").GetString());
        Assert.Equal("dpop", told.GetProperty("type").GetString());
        Assert.Equal("dpop", told.GetProperty("fresh").GetString());
        Assert.Equal("401", told.GetProperty("bearer").GetString());
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task a_library_connects_a_device(string library, bool overRedis)
    {
        var told = await Run(library, "device", "client_secret_post", overRedis, "openid");

        Assert.Equal(Certification.Subject, told.GetProperty("sub").GetString());
        Assert.Equal("bearer", told.GetProperty("refreshed").GetString());
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task a_library_exchanges_a_token_to_act_for_a_person(string library, bool overRedis)
    {
        var told = await Run(library, "exchange", "client_secret_basic", overRedis, "openid orders:read");

        Assert.Equal(Certification.Subject, told.GetProperty("sub").GetString());
        Assert.Equal(Certification.First, told.GetProperty("actor").GetString());
        Assert.Equal("stock", told.GetProperty("audience").GetString());
        Assert.Equal("urn:ietf:params:oauth:token-type:access_token", told.GetProperty("issued").GetString());
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task a_library_logs_a_person_out(bool overRedis)
    {
        var told = await Run("openid-client", "logout", "client_secret_basic", overRedis, "openid");

        Assert.Equal("bye", told.GetProperty("state").GetString());
        Assert.Equal("invalid_grant", told.GetProperty("after").GetString());
    }

    private static TheoryData<string, string, bool> Rows(string[] methods)
    {
        var rows = new TheoryData<string, string, bool>();
        foreach (var library in _libraries)
        {
            foreach (var method in methods)
            {
                rows.Add(library, method, false);
                rows.Add(library, method, true);
            }
        }

        return rows;
    }

    private async Task<JsonElement> Run(string library, string scenario, string method, bool overRedis, string scope, string discovery = "oidc")
    {
        Assert.SkipWhen(NodeClient.MissingPart is not null, NodeClient.MissingPart ?? "");
        Assert.SkipWhen(overRedis && !RedisServer.IsInstalled, "redis-server is not installed");
        var world = await (overRedis ? worlds.OverRedis : worlds.Embedded);
        using var person = new Person();
        return await NodeClient.Run(library, new()
        {
            ["scenario"] = scenario,
            ["issuer"] = world.Issuer,
            ["discovery"] = discovery,
            ["clientId"] = Certification.ClientOf(method),
            ["secret"] = method is "none" or "private_key_jwt" ? null : Certification.Secret,
            ["jwk"] = method == "private_key_jwt" ? ClientKey.Private : null,
            ["method"] = method,
            ["redirectUri"] = Certification.LoopbackCallback,
            ["scope"] = scope,
            ["username"] = Certification.User,
            ["password"] = Certification.Password,
        }, person);
    }
}
