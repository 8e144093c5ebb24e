using Uitsmijter.Actors.Protocol.Login;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>
/// The only redirect of login and logout: 303, so that no browser ever repeats the password to the target, as 307 would
/// (RFC 9700 §4.12, attack group 16).
/// </summary>
internal static class SeeOther
{
    /// <summary>Writes an empty 303.</summary>
    /// <param name="context">The request.</param>
    /// <param name="target">An allowed target.</param>
    public static void Write(HttpContext context, ReturnTarget target) => Write(context, target.Text);

    /// <summary>Writes an empty 303.</summary>
    /// <param name="context">The request.</param>
    /// <param name="address">An address that was judged.</param>
    public static void Write(HttpContext context, string address)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = address;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = 0;
    }
}
