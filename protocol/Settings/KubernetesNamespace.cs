namespace Uitsmijter.Actors.Protocol.Settings;

/// <summary>Reads <c>UITSMIJTER_NAMESPACE</c>: a Kubernetes namespace (RFC 1123 label).</summary>
internal static class KubernetesNamespace
{
    private const int Longest = 63;

    /// <summary>The namespace, or null where it is unset; any other text is a problem, because guessing would look for the cluster elsewhere.</summary>
    /// <param name="environment">The environment.</param>
    public static string? Read(EnvironmentReader environment)
    {
        if (environment.Text("UITSMIJTER_NAMESPACE") is not { } text)
        {
            return null;
        }

        if (text.Length <= Longest && text[0] != '-' && text[^1] != '-' && text.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            return text;
        }

        environment.Problems.Add("UITSMIJTER_NAMESPACE is no Kubernetes namespace: use lower-case letters, digits and dashes, 63 at most.");
        return null;
    }
}
