using System.Net;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>Follows redirects by hand, so that every hop is judged like the first (Fetch standard, HTTP-redirect fetch).</summary>
internal static class FetchRedirects
{
    /// <summary>The request a response redirects to; null when it is an answer.</summary>
    /// <exception cref="FetchRefusedException">The target is no web address, or would give up encryption.</exception>
    public static FetchRequest? Next(FetchRequest request, HttpResponseMessage response)
    {
        var status = response.StatusCode;
        if (status is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect) || response.Headers.Location is not { } location)
        {
            return null;
        }

        var target = location.IsAbsoluteUri ? location : new Uri(request.Url, location);
        if (!FetchHeaders.IsWebAddress(target))
        {
            throw new FetchRefusedException("it redirects to something that is no http or https address");
        }

        if (request.Url.Scheme == Uri.UriSchemeHttps && target.Scheme == Uri.UriSchemeHttp)
        {
            throw new FetchRefusedException("it redirects from https to http");
        }

        var becomesGet = status == HttpStatusCode.SeeOther
            ? request.Method is not ("GET" or "HEAD")
            : status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found && request.Method == "POST";
        return request with
        {
            Url = target,
            Method = becomesGet ? "GET" : request.Method,
            Body = becomesGet ? null : request.Body,
            Headers = [.. request.Headers.Where(header => Keeps(header.Key, SameOrigin(request.Url, target), becomesGet))],
        };
    }

    /// <summary>Credentials stay with the origin they were meant for; a body that is gone takes its description along.</summary>
    private static bool Keeps(string header, bool sameOrigin, bool withoutBody) =>
        (sameOrigin || !FetchHeaders.IsCredential(header)) && (!withoutBody || !FetchHeaders.DescribesBody(header));

    private static bool SameOrigin(Uri one, Uri other) => one.Scheme == other.Scheme && one.IdnHost == other.IdnHost && one.Port == other.Port;
}
