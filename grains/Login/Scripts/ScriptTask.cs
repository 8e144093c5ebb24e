using Microsoft.Extensions.Logging;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>One question to a tenant's provider scripts.</summary>
internal sealed record ScriptTask
{
    /// <summary>The tenant's scripts and rules.</summary>
    public required TenantScripts Scripts { get; init; }

    /// <summary>The class that answers: <see cref="HostFunctionNames.LoginClass"/> or <see cref="HostFunctionNames.ValidationClass"/>.</summary>
    public required string ClassName { get; init; }

    /// <summary>What its constructor is given, in this order.</summary>
    public required KeyValuePair<string, string>[] Arguments { get; init; }

    /// <summary>Texts that must not reach a log, wherever the script puts them.</summary>
    public string[] Secrets { get; init; } = [];

    /// <summary>Texts a script may write to its own log lines, but that stay out of our report about a failure.</summary>
    public string[] Personal { get; init; } = [];

    /// <summary>Where the script's own log lines go.</summary>
    public required ILogger Log { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"ScriptTask {{ Tenant = {Scripts.Tenant}, ClassName = {ClassName}, Arguments = *** }}";
}
