using System.Diagnostics;
using System.Globalization;

namespace Uitsmijter.Actors.EndToEnd.Tests.Applications;

/// <summary>The Node application of <c>node-application/</c>, which verifies the header token with <c>jsonwebtoken</c> and <c>jose</c>.</summary>
public sealed class NodeApplication : IAsyncDisposable
{
    private readonly System.Diagnostics.Process _process;

    private NodeApplication(System.Diagnostics.Process process, int port)
    {
        _process = process;
        Address = new Uri($"http://127.0.0.1:{port}");
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>A sentence when Node or npm is not installed, else null.</summary>
    public static string? MissingPart => NodePackages.MissingPart;

    /// <summary>Starts the application.</summary>
    /// <param name="server">Where it finds the tenant's published keys.</param>
    /// <param name="host">Its own host, whose tokens it takes.</param>
    /// <param name="issuer">Whose tokens it takes.</param>
    /// <param name="secret">The shared secret, for tenants that sign with it.</param>
    public static async Task<NodeApplication> Start(Uri server, string host, string issuer, string secret)
    {
        var directory = await NodePackages.Installed("node-application");
        var start = new ProcessStartInfo(ChildProcess.Find("node")!, ["application.mjs"]) { WorkingDirectory = directory, RedirectStandardOutput = true };
        start.Environment["SERVER"] = server.ToString();
        start.Environment["LOGIN_HOST"] = host;
        start.Environment["AUDIENCE"] = host;
        start.Environment["ISSUER"] = issuer;
        start.Environment["JWT_SECRET"] = secret;
        var process = System.Diagnostics.Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The Node application did not start.");
        return new NodeApplication(process, int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
