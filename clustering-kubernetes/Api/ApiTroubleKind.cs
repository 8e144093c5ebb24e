namespace Uitsmijter.Actors.Clustering.Kubernetes.Api;

/// <summary>What is wrong between us and the API server; each kind has its own remedy.</summary>
internal enum ApiTroubleKind
{
    /// <summary>No service account and no kubeconfig, or an unreadable one.</summary>
    Configuration,

    /// <summary>It cannot be reached, or its certificate is not trusted.</summary>
    Unreachable,

    /// <summary>It does not answer in time.</summary>
    Slow,

    /// <summary>It answers that it is not able to (5xx).</summary>
    Failing,

    /// <summary>It asks for fewer requests (429).</summary>
    Throttling,

    /// <summary>A position in a list is too old (410).</summary>
    Expired,

    /// <summary>It does not know who we are (401).</summary>
    Unknown,

    /// <summary>A Role is missing (403).</summary>
    Forbidden,

    /// <summary>The resource definitions are missing.</summary>
    Undefined,

    /// <summary>The namespace is missing.</summary>
    NoNamespace,

    /// <summary>The resource definitions are of another version (400, 422).</summary>
    Invalid,

    /// <summary>The table is longer than an object may be (413).</summary>
    TooLarge,
}
