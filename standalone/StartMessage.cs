using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Hosting;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Standalone;

/// <summary>Tells the person who started us what to open and how to log in, once everything is there.</summary>
internal sealed class StartMessage(IServer server, ServerSettings settings, GatewayProcess process, CatalogMirror catalog, bool isExamples) : BackgroundService
{
    /// <summary>Login name of the demo tenant in <c>examples/</c>; a test logs in with it.</summary>
    public const string DemoUser = "sander@example.com";

    /// <summary>Password of the demo tenant in <c>examples/</c>.</summary>
    public const string DemoPassword = "demo";

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.LogFormat == SettingWords.Ndjson)
        {
            return;
        }

        try
        {
            await process.IsReady(stoppingToken);
            process.Print(Text(server.Features.Get<IServerAddressesFeature>()!.Addresses.ToArray()));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped before it was ready.
        }
    }

    private string Text(string[] addresses)
    {
        var open = addresses[0].Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        var management = addresses[^1];
        var seconds = (DateTime.UtcNow - System.Diagnostics.Process.GetCurrentProcess().StartTime.ToUniversalTime()).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        var text = $"""

            Uitsmijter is ready after {seconds} s.

              Open           {open}

            """;
        if (isExamples)
        {
            text += $"  Log in         {DemoUser} with the password {DemoPassword} (demo tenant of the examples)\n";
        }

        text += $"""
              Configuration  {Path.Combine(settings.Directory ?? Environment.CurrentDirectory, "Resources", "Configurations")}
              Health         {management}/health/ready
              Metrics        {management}/metrics


            """;
        if (catalog.Current.Tenants.FirstOrDefault(tenant => IsElsewhere(Issuer(tenant), open)) is { } tenant)
        {
            // Before somebody wonders why a client of this port is told that the tokens are another's.
            text += $"""
                Tenant {tenant.Name} calls itself {Issuer(tenant)}, where this process does not listen. Unless a proxy stands between, set its interceptor.domain
                (and issuer, if it has one) to this address, or clients refuse its tokens.


                """;
        }

        return settings.Storage == SettingWords.Memory
            ? text + "Sessions and keys live in the memory of this process and end with it; STORAGE=redis keeps them.\n\n"
            : text;
    }

    private string Issuer(Tenant tenant) => IssuerRules.IssuerOf(tenant, settings.PublicDomain);

    /// <summary>Whether an address of this machine is at another port than ours.</summary>
    private static bool IsElsewhere(string issuer, string open) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var named) && IsHere(named) && Uri.TryCreate(open, UriKind.Absolute, out var ours) && named.Port != ours.Port;

    /// <summary>RFC 6761 §6.3: all names below <c>localhost</c> are this machine, too.</summary>
    private static bool IsHere(Uri address) => address.IsLoopback || address.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
}
