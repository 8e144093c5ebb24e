using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Hosts;
using Uitsmijter.Actors.Protocol.Login;

namespace Uitsmijter.Actors.Fuzz.Targets;

/// <summary>Return targets: what we allow leads a browser to a host of the tenant and nowhere else (attack 13).</summary>
internal sealed class ReturnTargetTarget : FuzzTarget
{
    private static readonly Tenant _tenant = new() { Name = "cheese", Hosts = ["cookbooks.example.test", "*.egg.example.test", "xn--mnchen-3ya.test"] };
    private static readonly HostIndex _hosts = HostIndex.Build(_tenant.Hosts.Select(static host => (host, _tenant)));

    /// <inheritdoc />
    public override string Name => "targets";

    /// <inheritdoc />
    public override IReadOnlyList<string> Words =>
        ["https://", "http://", "//", "/\\", "\\", "@", "#", "?", ":443", "https:", "javascript:", "data:", "%2f", "%5c", "%40", "%2F%2F", "cookbooks.example.test", "yolk.egg.example.test", "evil.test", "https%3A%2F%2F", "münchen.test", "m%C3%BCnchen.test", "\t", "\r\n", "%0d%0a"];

    /// <inheritdoc />
    protected override IReadOnlyList<string> Corpora => ["targets.txt", "allowed-return-targets.txt", "foreign-return-targets.txt", "refused-return-targets.txt"];

    /// <inheritdoc />
    public override void Try(string input)
    {
        Judge(ReturnTargetRules.Parse(input));
        Judge(ReturnTargetRules.ParseEncoded(input));
        if (SourceHost.Of(input) is { } source)
        {
            Must(Browser.Resolve(input).Host == source, "the host of an origin is the one a browser means");
        }
    }

    private static void Judge(ReturnTarget? target)
    {
        if (target is null)
        {
            return;
        }

        Must(target.Text.Length > 0 && !target.Text.AsSpan().ContainsAnyExceptInRange('!', '~'), "a location has only visible ASCII");
        Must(ReturnTargetRules.Parse(target.Text) is { } again && again.Host == target.Host && again.Text == target.Text, "a target is its own normal form");
        var place = Browser.Resolve(target.Text);
        Must(place.Scheme is "http" or "https", "a location is a web page");
        Must(place.Host == (target.Host ?? Browser.OwnHost), "a browser goes to the host we judged");
        Must(Uri.TryCreate(new Uri($"https://{Browser.OwnHost}/login"), target.Text, out var uri) == false || uri.Host.Length == 0
            || HostName.TryNormalise(uri.IdnHost, out var seen) is false || seen == (target.Host ?? Browser.OwnHost), "System.Uri goes to the host we judged");
        if (target.Host is not null && _hosts.Find(target.Host) is not null)
        {
            Must(place.Host is "cookbooks.example.test" or "xn--mnchen-3ya.test" || (place.Host!.EndsWith(".egg.example.test", StringComparison.Ordinal) && place.Host.Split('.').Length == 4), "an allowed target is on a host of the tenant");
        }
    }
}
