using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.Protocol.Hosts;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>Reads the original request out of a question. From a peer that is not trusted nothing is read at all (attack 1).</summary>
internal sealed class QuestionReader(TrustedProxies trusted)
{
    /// <summary>Reads a question.</summary>
    /// <param name="context">The question.</param>
    /// <param name="target">Its dialect, and what stood behind Envoy's prefix.</param>
    /// <param name="request">The original request.</param>
    /// <returns>Null when it was read, else why not.</returns>
    public ForwardAuthReason? Read(HttpContext context, in QuestionTarget target, out ForwardedRequest request)
    {
        request = default;
        if (!trusted.Contains(context.Connection.RemoteIpAddress))
        {
            return ForwardAuthReason.Stranger;
        }

        var headers = new ForwardedHeaders();
        foreach (var (name, values) in context.Request.Headers)
        {
            headers.Take(name, values.Count == 1 ? values[0] : values.ToString(), values.Count);
        }

        var hosts = context.Request.Headers.Host;
        var line = new QuestionLine(context.Request.Method, hosts.Count == 1 ? hosts[0] : null, target.Rest);
        return ForwardedRequest.TryRead(target.Dialect!, headers, line, out request) ? null : ForwardAuthReason.Unreadable;
    }
}
