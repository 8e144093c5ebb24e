using System.CommandLine;

namespace Uitsmijter.Actors.Standalone;

/// <summary>The command <c>uitsmijter</c>: <c>serve</c> (also without a word), <c>validate</c> and <c>keys rotate</c>.</summary>
internal static class CommandLine
{
    private const string UrlsVariable = "ASPNETCORE_URLS";
    private const string DefaultHost = "127.0.0.1";
    private const int DefaultPort = 8080;

    /// <summary>Runs what the arguments ask for.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> Run(string[] arguments)
    {
        // Parsing costs a tenth of a second; the usual start has nothing to parse.
        if (arguments.Length == 0)
        {
            return Embedded.Serve();
        }

        var root = new RootCommand("Uitsmijter Actors: logs people in and answers reverse proxies. Settings are environment variables: docs/configuration.md.");
        root.SetAction(static (_, _) => Embedded.Serve());
        root.Subcommands.Add(Serve());
        root.Subcommands.Add(Validate());
        root.Subcommands.Add(Keys());
        return root.Parse(arguments).InvokeAsync();
    }

    private static Command Serve()
    {
        var host = new Option<string>("--hostname") { Description = "Address to listen on; overrides ASPNETCORE_URLS.", HelpName = "host" };
        var port = new Option<int?>("--port") { Description = "Port to listen on; overrides ASPNETCORE_URLS.", HelpName = "port" };
        var serve = new Command("serve", "Serve login and forward-auth in one process; the default.") { host, port };
        serve.SetAction((parsed, _) =>
        {
            if (parsed.GetValue(host) is not null || parsed.GetValue(port) is not null)
            {
                Environment.SetEnvironmentVariable(UrlsVariable, $"http://{parsed.GetValue(host) ?? DefaultHost}:{parsed.GetValue(port) ?? DefaultPort}");
            }

            return Embedded.Serve();
        });
        return serve;
    }

    private static Command Keys()
    {
        var tenant = new Argument<string>("tenant") { Description = "Name of the tenant." };
        var management = new Option<string>("--management") { Description = "Address of the management port; http://127.0.0.1 with MANAGEMENT_PORT when left out.", HelpName = "url" };
        var rotate = new Command("rotate", "Announce the next signing key of a tenant now. Needs the MANAGEMENT_TOKEN of the running server.") { tenant, management };
        rotate.SetAction((parsed, cancellationToken) => KeyRotation.Run(parsed.GetValue(tenant)!, parsed.GetValue(management), cancellationToken));
        return new Command("keys", "Signing keys of tenants.") { rotate };
    }

    private static Command Validate()
    {
        var folder = new Argument<string?>("dir") { Description = "Folder that holds Resources; DIRECTORY or the working directory when left out.", Arity = ArgumentArity.ZeroOrOne };
        var validate = new Command("validate", "Report every problem of every tenant and client, with file, line and identifier; exit code 1 if there is any.") { folder };
        validate.SetAction(parsed => Validation.Run(parsed.GetValue(folder)));
        return validate;
    }
}
