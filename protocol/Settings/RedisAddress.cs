namespace Uitsmijter.Actors.Protocol.Settings;

/// <summary>
/// Where Redis is: <c>REDIS_URI</c> as a StackExchange.Redis configuration string or as <c>redis://</c> address, else
/// <c>REDIS_HOST</c> and <c>REDIS_PASSWORD</c> of existing installations.
/// </summary>
internal static class RedisAddress
{
    private const int DefaultPort = 6379;

    /// <summary>The configuration string of the client library; a part it cannot carry becomes a problem.</summary>
    public static Secret Read(EnvironmentReader environment)
    {
        if (environment.Text("REDIS_URI") is { } uri)
        {
            return uri.StartsWith("redis://", StringComparison.OrdinalIgnoreCase) || uri.StartsWith("rediss://", StringComparison.OrdinalIgnoreCase)
                ? FromUri(uri, environment)
                : new Secret(uri);
        }

        var host = environment.Text("REDIS_HOST") ?? "localhost";
        var address = host.Contains(':', StringComparison.Ordinal) || host.Contains(',', StringComparison.Ordinal) ? host : $"{host}:{DefaultPort}";
        var password = environment.Secret("REDIS_PASSWORD")?.Reveal();
        return new Secret(address + Part("password", password, "REDIS_PASSWORD", environment));
    }

    /// <summary>Whether a configuration string leaves it to Sentinels to say where the primary is.</summary>
    public static bool NamesSentinels(Secret configuration) =>
        configuration.Reveal().Split(',', StringSplitOptions.TrimEntries).Any(static part => part.StartsWith("serviceName=", StringComparison.OrdinalIgnoreCase));

    private static Secret FromUri(string text, EnvironmentReader environment)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            environment.Problems.Add("REDIS_URI is no address: use host:port,password=… or redis://user:password@host:port/database.");
            return new Secret($"localhost:{DefaultPort}");
        }

        var login = uri.UserInfo.Split(':', 2);
        var user = Uri.UnescapeDataString(login[0]);
        var password = login.Length > 1 ? Uri.UnescapeDataString(login[1]) : "";
        var database = uri.AbsolutePath.Trim('/');
        return new Secret(
            $"{uri.Host}:{(uri.Port > 0 ? uri.Port : DefaultPort)}"
            + Part("user", user, "the user in REDIS_URI", environment)
            + Part("password", password, "the password in REDIS_URI", environment)
            + Part("defaultDatabase", database, "the database in REDIS_URI", environment)
            + (uri.Scheme.Equals("rediss", StringComparison.OrdinalIgnoreCase) ? ",ssl=true" : ""));
    }

    // The library splits its configuration at commas and trims the parts: such a value would arrive cut, and the cut rest would
    // be read as options.
    private static string Part(string option, string? value, string from, EnvironmentReader environment)
    {
        if (string.IsNullOrEmpty(value))
        {
            return "";
        }

        if (value.Contains(',', StringComparison.Ordinal) || value.Trim() != value)
        {
            environment.Problems.Add($"{from} contains a comma or begins or ends with a blank, which a Redis configuration cannot carry: choose another.");
            return "";
        }

        return $",{option}={value}";
    }
}
