using System.Diagnostics;
using System.Text.Json;
using Uitsmijter.Actors.EndToEnd.Tests.Applications;
using Uitsmijter.Actors.EndToEnd.Tests.Conformance;

namespace Uitsmijter.Actors.EndToEnd.Tests.IndependentClients;

/// <summary>Runs a scenario of <c>independent-clients/</c>: the library in a process of its own, the person here.</summary>
internal static class NodeClient
{
    private const string Open = "OPEN ";
    private const string Show = "SHOW ";
    private const string Told = "TOLD ";
    private static readonly Version _oldest = new(20, 19);
    private static readonly Lazy<string?> _missingPart = new(WhatIsMissing);

    /// <summary>A sentence when Node is not installed or too old, else null.</summary>
    public static string? MissingPart => _missingPart.Value;

    /// <summary>Runs a scenario.</summary>
    /// <param name="library">Name of the library and its script.</param>
    /// <param name="settings">What the scenario is told.</param>
    /// <param name="person">Whom the library sends to the provider.</param>
    /// <returns>What the library found out.</returns>
    public static async Task<JsonElement> Run(string library, Dictionary<string, object?> settings, Person person)
    {
        var start = new ProcessStartInfo(ChildProcess.Find("node")!, [library + ".mjs"])
        {
            WorkingDirectory = await NodePackages.Installed("independent-clients"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SETTINGS"] = JsonSerializer.Serialize(settings);
        using var process = System.Diagnostics.Process.Start(start)!;
        var complaints = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(Told, StringComparison.Ordinal))
            {
                await process.WaitForExitAsync();
                return JsonSerializer.Deserialize<JsonElement>(line[Told.Length..]);
            }

            var isOpen = line.StartsWith(Open, StringComparison.Ordinal);
            Assert.True(isOpen || line.StartsWith(Show, StringComparison.Ordinal), $"{library}: {line}");
            var arrival = await person.Visit(new Uri(line[Open.Length..]), (string)settings["redirectUri"]!);
            Assert.True(arrival.IsAtClient == isOpen, $"{arrival.Status} {arrival.Page}");
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { url = arrival.Address.AbsoluteUri, form = arrival.Form }));
        }

        throw new InvalidOperationException($"{library} ended without a word: {await complaints}");
    }

    private static string? WhatIsMissing()
    {
        if (NodePackages.MissingPart is { } missing)
        {
            return missing;
        }

        using var process = System.Diagnostics.Process.Start(new ProcessStartInfo(ChildProcess.Find("node")!, ["--version"]) { RedirectStandardOutput = true })!;
        var told = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return Version.TryParse(told.TrimStart('v'), out var version) && version >= _oldest
            ? null
            : $"openid-client and oauth4webapi need Node {_oldest} or newer, and {told} is installed";
    }
}
