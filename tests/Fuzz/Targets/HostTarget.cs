using Uitsmijter.Actors.Protocol.Hosts;

namespace Uitsmijter.Actors.Fuzz.Targets;

/// <summary>Host names: one spelling each, and the one every other reader sees.</summary>
internal sealed class HostTarget : FuzzTarget
{
    /// <inheritdoc />
    public override string Name => "hosts";

    /// <inheritdoc />
    public override IReadOnlyList<string> Words => [".", ":", ":80", ":443", "xn--", "localhost", "example.com", "127.0.0.1", "[::1]", "0x7f", "%2e", "@", "münchen", "\u3002"];

    /// <inheritdoc />
    protected override IReadOnlyList<string> Corpora => ["hosts.txt", "hostile-hosts.txt"];

    /// <inheritdoc />
    public override void Try(string input)
    {
        if (!HostName.TryNormalise(input, out var host))
        {
            Must(host.Length == 0, "a refused host leaves nothing behind");
            return;
        }

        Must(HostName.TryNormalise(host, out var again) && again == host, "a normalised host is its own normal form");
        Must(host.All(static character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || ".-_:[]".Contains(character, StringComparison.Ordinal)), "a normalised host has no other characters");
        Must(HostName.TrySplit(input, out var split, out var port) && split == host, "splitting and normalising agree");
        if (Uri.TryCreate($"http://{input}/", UriKind.Absolute, out var uri))
        {
            Must(uri.UserInfo.Length == 0 && uri.PathAndQuery == "/" && uri.Fragment.Length == 0, "a host is nothing but a host to System.Uri");
            Must(uri.Port == (port == 0 && !input.EndsWith(":0", StringComparison.Ordinal) ? 80 : port) || port == 0, "System.Uri reads the same port");
        }

        Must(Browser.Resolve($"https://{input}/") is { Host: var seen } && seen == host, "a browser reads the same host");
    }
}
