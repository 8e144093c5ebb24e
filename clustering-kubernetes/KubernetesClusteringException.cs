namespace Uitsmijter.Actors.Clustering.Kubernetes;

/// <summary>The membership table cannot be read or written; its message says what to do. Orleans tries again by itself.</summary>
public sealed class KubernetesClusteringException : Exception
{
    /// <summary>With a message.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    public KubernetesClusteringException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="cause">What the client library said.</param>
    public KubernetesClusteringException(string message, Exception? cause)
        : base(message, cause)
    {
    }

    /// <summary>Without a message.</summary>
    public KubernetesClusteringException()
    {
    }
}
