using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Orleans;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>A tenant with everything that stays inside the silos: scripts, their rules, and credentials of its theme store.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.tenant-entry")]
public sealed record TenantEntry
{
    /// <summary>The part every process may see.</summary>
    [Id(0)] public required Tenant Tenant { get; init; }

    /// <summary>The provider scripts in their order, joined by newlines before they run.</summary>
    [Id(1)] public ImmutableArray<string> Providers { get; init; } = [];

    /// <summary>What the scripts may reach and how <c>fetch</c> answers.</summary>
    [Id(2)] public ScriptSettings Scripts { get; init; } = ScriptSettings.Default;

    /// <summary>Where the tenant keeps page templates in an object store; null for none.</summary>
    [Id(3)] public TemplateStore? Templates { get; init; }

    /// <summary>Where the entity came from (file path, or resource uid and version), for logs and conditions.</summary>
    [Id(4)] public string Source { get; init; } = "";
}

/// <summary>Rules for a tenant's provider scripts.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.script-settings")]
public sealed record ScriptSettings
{
    /// <summary>Everything but link-local and metadata addresses is reachable; non-2xx answers reject.</summary>
    public static ScriptSettings Default { get; } = new();

    /// <summary>If not empty, <c>fetch</c> reaches only these: host patterns (<c>*.corp.test</c>), addresses or CIDR ranges, optionally <c>:port</c>.</summary>
    [Id(0)] public ImmutableArray<string> AllowedHosts { get; init; } = [];

    /// <summary>True resolves <c>fetch</c> promises for any status; false (the contract) rejects for all but 2xx.</summary>
    [Id(1)] public bool ResolveErrorStatus { get; init; }
}

/// <summary>An S3-compatible place with page templates.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.template-store")]
public sealed record TemplateStore
{
    /// <summary>Access key id.</summary>
    [Id(0)] public required string AccessKeyId { get; init; }

    /// <summary>
    /// Secret key as the file has it: in the memory of the process that read it, and nowhere else. Neither messages nor storage have this property.
    /// </summary>
    [JsonIgnore]
    [field: NonSerialized]
    public string? SecretAccessKey { get; init; }

    /// <summary>Bucket name.</summary>
    [Id(2)] public required string Bucket { get; init; }

    /// <summary>Endpoint with scheme. Default <c>https://s3.amazonaws.com</c>.</summary>
    [Id(3)] public string Host { get; init; } = "https://s3.amazonaws.com";

    /// <summary>Key prefix without leading or trailing slash. Default empty.</summary>
    [Id(4)] public string Path { get; init; } = "";

    /// <summary>Region. Default <c>us-east-1</c>.</summary>
    [Id(5)] public string Region { get; init; } = "us-east-1";

    /// <summary>The secret key sealed under <c>KEY_ENCRYPTION_SECRET</c> for this tenant and access key, in base64url; empty until it is published.</summary>
    [Id(6)] public string SealedSecretAccessKey { get; init; } = "";

    /// <inheritdoc />
    public override string ToString() => $"TemplateStore {{ Host = {Host}, Bucket = {Bucket}, Path = {Path}, keys = *** }}";
}
