namespace Uitsmijter.Actors.Contract.Tests.Compose;

/// <summary>One service of <c>docker-compose.yml</c>.</summary>
internal sealed record ComposeService(string Name, Dictionary<string, object?> Keys)
{
    /// <summary>The image's name with its tag.</summary>
    public string Image => (string)Keys["image"]!;

    /// <summary>The target of the Dockerfile it is built from, or null for an image of somebody else.</summary>
    public string? Target => Keys.TryGetValue("build", out var build) ? (string)ComposeFile.Map(build)["target"]! : null;

    /// <summary>The environment as it is written, before variables are put in.</summary>
    public Dictionary<string, string> Environment =>
        Keys.TryGetValue("environment", out var environment) ? ComposeFile.Map(environment).ToDictionary(static one => one.Key, static one => (string)one.Value!) : [];

    /// <summary>The labels.</summary>
    public Dictionary<string, string> Labels =>
        Keys.TryGetValue("labels", out var labels) ? ComposeFile.Map(labels).ToDictionary(static one => one.Key, static one => (string)one.Value!) : [];

    /// <summary>The networks with this service's own settings there; none with <c>network_mode</c>.</summary>
    public Dictionary<string, Dictionary<string, object?>> Networks =>
        Keys.TryGetValue("networks", out var networks) ? ComposeFile.Map(networks).ToDictionary(static one => one.Key, static one => ComposeFile.Map(one.Value)) : [];

    /// <summary>The services that come first, and what each is waited for.</summary>
    public Dictionary<string, string> After =>
        Keys.TryGetValue("depends_on", out var after) ? ComposeFile.Map(after).ToDictionary(static one => one.Key, static one => (string)ComposeFile.Map(one.Value)["condition"]!) : [];

    /// <summary>A sequence under a key; empty where there is none.</summary>
    public string[] List(string key) => ComposeFile.List(Keys.GetValueOrDefault(key));

    /// <summary>The environment with variables put in.</summary>
    /// <param name="variables">What <c>.env</c> says.</param>
    public Dictionary<string, string> Filled(IReadOnlyDictionary<string, string> variables) =>
        Environment.ToDictionary(static one => one.Key, one => ComposeFile.Fill(one.Value, variables));

    /// <inheritdoc />
    public override string ToString() => Name;
}
