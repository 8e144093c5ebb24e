using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Processes;

namespace Uitsmijter.Actors.Cluster.Tests.Load;

/// <summary>Somebody with a browser: logs in, visits applications, logs out.</summary>
internal sealed partial class Person(Traffic traffic, Random chance, string tenant, int number)
{
    private static readonly TimeSpan _after = TimeSpan.FromSeconds(4);

    private string? _cookie;

    /// <summary>Whose everything is that this person does.</summary>
    public Owner Owner { get; private set; } = new(tenant, null, string.Create(CultureInfo.InvariantCulture, $"person-{number}@example.com"));

    /// <summary>The login cookie.</summary>
    public string? Cookie => _cookie;

    /// <summary>The tenant.</summary>
    public string Tenant => tenant;

    /// <summary>Any gateway.</summary>
    public int Anywhere => chance.Next(1000);

    /// <summary>Logs in.</summary>
    /// <returns>True when it was given a session.</returns>
    public async Task<bool> LogIn()
    {
        var reply = await traffic.Do(Traffic.About(OperationKind.LogIn, Anywhere, Owner), gateway => Post(gateway, Entities.Password), (operation, answer) =>
        {
            var said = traffic.Named(answer.LoginCookie?.Split('=', 2)[1]);
            return operation with { Outcome = answer.Outcome(answer.LoginCookie is not null), Said = said with { Tenant = null, Client = null }, Used = said.Session };
        });
        if (reply.LoginCookie is not { } cookie)
        {
            return false;
        }

        _cookie = cookie;
        Owner = Owner with { Session = traffic.Named(cookie.Split('=', 2)[1]).Session };
        return true;
    }

    /// <summary>Somebody else tries a password of theirs, from some other network, without a record.</summary>
    public Task<Reply> Guess(int gateway) => Post(gateway, "wrong");

    /// <summary>Visits an application of the tenant.</summary>
    public Task Visit() => Ask(OperationKind.Ask, Owner, _cookie);

    /// <summary>Visits an application through one certain gateway, whether it is ready or not.</summary>
    public Task VisitAt(int gateway) => Ask(Traffic.About(OperationKind.Ask, gateway, Owner, Owner.Session) with { IsDirect = true }, _cookie);

    /// <summary>Somebody else visits it: without a cookie, with one nobody signed, or with one of another tenant.</summary>
    public Task VisitAsStranger(Person? other)
    {
        var forged = _cookie is null ? null : _cookie[..^4] + (_cookie.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBB" : "AAAA");
        var cookies = new[] { null, forged, other?.Tenant == tenant ? null : other?.Cookie };
        return Ask(OperationKind.AskAsStranger, new Owner(tenant), cookies[chance.Next(cookies.Length)]);
    }

    /// <summary>Logs out, and looks for a while whether any door is still open.</summary>
    public async Task LogOut()
    {
        await traffic.Do(
            Traffic.About(OperationKind.LogOut, Anywhere, Owner, Owner.Session),
            gateway => traffic.Wire.Send(gateway, "/logout/finalize?location=/", LoginHost, null, ("Accept", "text/html"), ("Cookie", _cookie)),
            static (operation, answer) => operation with { Outcome = answer.Outcome((int)answer.Status is >= 200 and < 400) });
        var until = traffic.Recorder.Now + _after;
        while (traffic.Recorder.Now < until)
        {
            await Visit();
            await Task.Delay(chance.Next(200, 900));
        }
    }

    /// <summary>The host of the tenant's login page and OAuth endpoints.</summary>
    public string LoginHost => $"id.{tenant}.test";

    private Task<Reply> Ask(OperationKind kind, Owner owner, string? cookie) => Ask(Traffic.About(kind, Anywhere, owner, owner.Session), cookie);

    private Task<Reply> Ask(Operation about, string? cookie) => traffic.Do(
        about,
        gateway => Look(gateway, cookie),
        static (operation, answer) => operation with { Outcome = answer.Outcome(answer.Status == HttpStatusCode.OK), Said = new(Person: answer.Email is { Length: > 0 } email ? email : null) });

    /// <summary>Visits an application through one certain gateway, without a record.</summary>
    public Task<Reply> Look(int gateway) => Look(gateway, _cookie);

    private Task<Reply> Look(int gateway, string? cookie) => traffic.Wire.Send(
        gateway, "/auth/traefik", $"app.{tenant}.test", null, ("X-Forwarded-Method", "GET"), ("X-Forwarded-Uri", "/"), ("Accept", "text/html"), ("Cookie", cookie));

    /// <summary>Asks for the form of a tenant's login page and sends it.</summary>
    /// <param name="wire">The way to the gateways.</param>
    /// <param name="gateway">Which one.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="name">The name.</param>
    /// <param name="password">The password.</param>
    /// <param name="network">An address of the network, in any notation.</param>
    public static async Task<Reply> Try(Wire wire, int gateway, string tenant, string name, string password, string network)
    {
        var (host, from) = ($"id.{tenant}.test", ("X-Forwarded-For", network));
        var form = await wire.Send(gateway, "/login?mode=interceptor&for=" + Uri.EscapeDataString($"https://app.{tenant}.test/"), host, null, ("Accept", "text/html"), from);
        if (form.Status != HttpStatusCode.OK)
        {
            return form;
        }

        var fields = HiddenField().Matches(form.Body).DistinctBy(static field => field.Groups["name"].Value)
            .ToDictionary(static field => field.Groups["name"].Value, static field => WebUtility.HtmlDecode(field.Groups["value"].Value));
        (fields["username"], fields["password"]) = (name, password);
        return await wire.Send(gateway, "/login", host, fields, ("Accept", "text/html"), ("Cookie", string.Join("; ", form.Cookies)), from);
    }

    private Task<Reply> Post(int gateway, string password) => Try(
        traffic.Wire, gateway, tenant, Owner.Person!, password, string.Create(CultureInfo.InvariantCulture, $"10.{number / 250 % 250}.{number % 250}.{chance.Next(250)}"));

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex HiddenField();
}
