using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>
/// An application of another world behind the proxy, which tells how it understands the path and the names of headers. Node and Java run where they are
/// installed; Go and Tomcat do not run here: Java resolves paths in Tomcat's order, and Caddy, which is Go, has read the path before any application does.
/// </summary>
internal static class BackEnd
{
    /// <summary>Starts <c>node</c> or <c>java</c>; null where it is not installed.</summary>
    /// <param name="program">The program.</param>
    public static async Task<(ChildProcess Process, Uri Address)?> Start(string program)
    {
        if (ChildProcess.Find(program) is not { } executable)
        {
            return null;
        }

        var folder = Path.Combine(Repository.Root, "tests", "Gateway.Tests", "ForwardAuth", "back-ends");
        var file = Path.Combine(folder, program == "node" ? "application.mjs" : "Application.java");
        var port = Ports.Free(1)[0];
        var scratch = Directory.CreateTempSubdirectory("uitsmijter-back-end-").FullName;
        var process = await ChildProcess.Start(executable, [file], scratch, port, new Dictionary<string, string> { ["PORT"] = $"{port}" });
        return (process, new Uri($"http://127.0.0.1:{port}"));
    }
}
