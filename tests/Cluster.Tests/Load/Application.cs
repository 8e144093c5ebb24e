using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Processes;

namespace Uitsmijter.Actors.Cluster.Tests.Load;

/// <summary>A client of a tenant with one person before it: code cycles, replays, refreshes, races, pushed requests, devices.</summary>
internal sealed class Application(Traffic traffic, Random chance, Person person, Witnesses witnesses)
{
    private readonly string _verifier = Base64Url.EncodeToString(Bytes(chance, 32));

    private Owner Owner => person.Owner with { Client = Entities.Web(person.Tenant) };

    private Dictionary<string, string> Request => new()
    {
        ["response_type"] = "code",
        ["client_id"] = Entities.Web(person.Tenant),
        ["redirect_uri"] = Entities.Callback,
        ["scope"] = "openid profile",
        ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(_verifier))),
        ["code_challenge_method"] = "S256",
    };

    private (string, string?) Proof => Wire.Basic(Entities.Web(person.Tenant), Entities.Secret);

    /// <summary>A code for tokens, and sometimes the code again: at once, by others, or later.</summary>
    /// <param name="withReplay">Whether it is used more than once.</param>
    /// <returns>The tokens, unless a replay has spoilt them.</returns>
    public async Task<Tokens?> CodeCycle(bool withReplay)
    {
        if (await Code() is not { } code)
        {
            return null;
        }

        if (!withReplay)
        {
            return await Redeem(code);
        }

        var all = await Task.WhenAll(Enumerable.Range(0, chance.Next(1, 4)).Select(_ => Redeem(code)).ToList());
        await Redeem(code);
        if (all.OfType<Tokens>().FirstOrDefault() is { } spoilt)
        {
            await Watch(spoilt);
        }

        return null;
    }

    /// <summary>Asks some gateway whether an access token is good.</summary>
    public Task UserInfo(Tokens tokens) => UserInfo(tokens, Traffic.About(OperationKind.UserInfo, person.Anywhere, Owner with { Client = tokens.Client }, tokens.Label, tokens.Grant));

    /// <summary>Asks one certain gateway whether an access token is good, whether it is ready or not.</summary>
    public Task UserInfoAt(int gateway, Tokens tokens) =>
        UserInfo(tokens, Traffic.About(OperationKind.UserInfo, gateway, Owner with { Client = tokens.Client }, tokens.Label, tokens.Grant) with { IsDirect = true });

    private Task<Reply> UserInfo(Tokens tokens, Operation about) => traffic.Do(
        about with { Key = tokens.Key },
        gateway => traffic.Wire.Send(gateway, "/userinfo", person.LoginHost, null, ("Authorization", "Bearer " + tokens.Access)),
        static (operation, answer) => operation with
        {
            Outcome = answer.Outcome(answer.Status == HttpStatusCode.OK),
            Said = new(Person: answer.Text("sub")?.Replace("subject-of-", "", StringComparison.Ordinal)),
        });

    /// <summary>Refreshes, alone or several at once with the same token.</summary>
    public async Task<Tokens?> Refresh(Tokens tokens, int times = 1) =>
        (await Task.WhenAll(Enumerable.Range(0, times).Select(_ => RefreshOnce(tokens)).ToList())).OfType<Tokens>().FirstOrDefault();

    /// <summary>Uses a spent refresh token after its grace: the family must die of it.</summary>
    public async Task Reuse(Tokens spent, Tokens current)
    {
        await Task.Delay(Entities.Grace + TimeSpan.FromSeconds(1.5));
        await RefreshOnce(spent);
        await RefreshOnce(current);
        await Watch(current);
    }

    /// <summary>Gives the grant back (RFC 7009).</summary>
    public async Task Revoke(Tokens tokens)
    {
        await traffic.Do(
            Traffic.About(OperationKind.Revoke, person.Anywhere, Owner, tokens.RefreshLabel, tokens.Grant),
            gateway => traffic.Wire.Send(gateway, "/revoke", person.LoginHost, new() { ["token"] = tokens.Refresh!, ["token_type_hint"] = "refresh_token" }, Proof),
            static (operation, answer) => operation with { Outcome = answer.Outcome(answer.Status == HttpStatusCode.OK) });
        await Watch(tokens);
    }

    /// <summary>Pushes a request and uses its name more than once at once.</summary>
    public async Task PushedRequest()
    {
        var pushed = await traffic.Wire.Send(traffic.Wire.Choose(person.Anywhere), "/oauth/par", person.LoginHost, Request, Proof);
        if (pushed.Text("request_uri") is not { } name)
        {
            return;
        }

        var label = traffic.Label("pushed", name);
        var query = $"/authorize?client_id={Entities.Web(person.Tenant)}&request_uri={Uri.EscapeDataString(name)}";
        await Task.WhenAll(Enumerable.Range(0, chance.Next(1, 4)).Select(_ => traffic.Do(
            Traffic.About(OperationKind.UsePushed, person.Anywhere, Owner, label),
            gateway => traffic.Wire.Send(gateway, query, person.LoginHost, null, ("Accept", "text/html"), ("Cookie", person.Cookie)),
            static (operation, answer) => operation with { Outcome = answer.Outcome(answer.Code is not null) })).ToList());
    }

    /// <summary>A device asks, the person allows it, and the device polls more than once at once.</summary>
    public async Task<Tokens?> Device()
    {
        var client = Entities.Television(person.Tenant);
        var started = await traffic.Wire.Send(traffic.Wire.Choose(person.Anywhere), "/oauth/device_authorization", person.LoginHost, new() { ["client_id"] = client, ["scope"] = "openid" });
        if (started.Text("device_code") is not { } code || started.Text("user_code") is not { } shown)
        {
            return null;
        }

        await traffic.Wire.Send(
            traffic.Wire.Choose(person.Anywhere),
            "/activate",
            person.LoginHost,
            new() { ["user_code"] = shown, ["username"] = person.Owner.Person!, ["password"] = Entities.Password },
            ("Accept", "text/html"));
        var owner = person.Owner with { Client = client, Session = null };
        var polls = await Task.WhenAll(Enumerable.Range(0, chance.Next(1, 4)).Select(_ => Ask(
            Traffic.About(OperationKind.Poll, person.Anywhere, owner, traffic.Label("device", code), "grant of " + traffic.Label("device", code)),
            new() { ["grant_type"] = "urn:ietf:params:oauth:grant-type:device_code", ["device_code"] = code, ["client_id"] = client })).ToList());
        return polls.OfType<Tokens>().FirstOrDefault();
    }

    /// <summary>Asks for a code.</summary>
    public async Task<string?> Code() => (await traffic.Do(
        Traffic.About(OperationKind.Authorize, person.Anywhere, Owner, Owner.Session),
        gateway => traffic.Wire.Send(
            gateway,
            "/authorize?" + string.Join('&', Request.Select(static pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}")),
            person.LoginHost,
            null,
            ("Accept", "text/html"),
            ("Cookie", person.Cookie)),
        static (operation, answer) => operation with { Outcome = answer.Outcome(answer.Code is not null) })).Code;

    /// <summary>Exchanges a code.</summary>
    public Task<Tokens?> Redeem(string code) => Ask(
        Traffic.About(OperationKind.Redeem, person.Anywhere, Owner, traffic.Label("code", code), "grant of " + traffic.Label("code", code)),
        new() { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = Entities.Callback, ["code_verifier"] = _verifier },
        Proof);

    private Task<Tokens?> RefreshOnce(Tokens tokens) => Ask(
        Traffic.About(OperationKind.Refresh, person.Anywhere, Owner with { Client = tokens.Client }, tokens.RefreshLabel, tokens.Grant),
        new() { ["grant_type"] = "refresh_token", ["refresh_token"] = tokens.Refresh! },
        Proof);

    // What is dead must be seen to be dead at every gateway, now and later.
    private async Task Watch(Tokens tokens)
    {
        witnesses.Remember(gateway => UserInfoAt(gateway, tokens));
        for (var look = 0; look < 5; look++)
        {
            await UserInfo(tokens);
            await Task.Delay(chance.Next(200, 1200));
        }
    }

    private async Task<Tokens?> Ask(Operation about, Dictionary<string, string> form, params (string, string?)[] proof)
    {
        Tokens? tokens = null;
        await traffic.Do(about, gateway => traffic.Wire.Send(gateway, "/token", person.LoginHost, form, proof), (operation, answer) =>
        {
            if (answer.Text("access_token") is not { } access)
            {
                return operation with { Outcome = answer.Outcome(isGranted: false) };
            }

            var refresh = answer.Text("refresh_token");
            tokens = new(access, refresh, traffic.Label("access", access)!, traffic.Label("refresh", refresh), operation.Grant!, new JsonWebToken(access).Kid, operation.Owner.Client!);
            return operation with { Outcome = Outcome.Granted, Said = traffic.Named(access), Gave = tokens.RefreshLabel ?? tokens.Label };
        });
        return tokens;
    }

    private static byte[] Bytes(Random chance, int count)
    {
        var bytes = new byte[count];
        chance.NextBytes(bytes);
        return bytes;
    }
}
