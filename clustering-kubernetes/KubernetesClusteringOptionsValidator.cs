using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Uitsmijter.Actors.Clustering.Kubernetes;

/// <summary>Refuses the start where the options cannot work, in one sentence.</summary>
/// <param name="options">The options.</param>
public sealed partial class KubernetesClusteringOptionsValidator(IOptions<KubernetesClusteringOptions> options) : IConfigurationValidator
{
    /// <inheritdoc />
    /// <exception cref="OrleansConfigurationException">An option is wrong.</exception>
    public void ValidateConfiguration()
    {
        var value = options.Value;
        if (value.Namespace is { } name && !NamespaceName().IsMatch(name))
        {
            throw Wrong(nameof(value.Namespace), $"'{name}' is no namespace: use lower-case letters, digits and dashes, 63 at most");
        }

        if (value.KubeConfig is { } path && !File.Exists(path))
        {
            throw Wrong(nameof(value.KubeConfig), $"there is no file {path}");
        }

        if (string.IsNullOrWhiteSpace(value.ServiceAccountDirectory))
        {
            throw Wrong(nameof(value.ServiceAccountDirectory), "it is empty: leave it at its default");
        }

        foreach (var (option, time) in new[]
        {
            (nameof(value.RequestTimeout), value.RequestTimeout),
            (nameof(value.Patience), value.Patience),
            (nameof(value.LongestPause), value.LongestPause),
        })
        {
            if (time <= TimeSpan.Zero || time > TimeSpan.FromHours(1))
            {
                throw Wrong(option, $"{time} is not between zero and an hour");
            }
        }
    }

    private static OrleansConfigurationException Wrong(string option, string why) =>
        new($"{nameof(KubernetesClusteringOptions)}.{option} is wrong: {why}.");

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex NamespaceName();
}
