using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>
/// Stops a browser that is sent in circles: the login page finds it logged in, the proxy in front of the application does not, for
/// instance because the cookie never reaches the application's host. After a few silent redirects to the same place the form is shown.
/// The cookie that counts them is unsealed: forging it only brings up the form, or the circle the forger is in.
/// </summary>
internal static class RedirectBrake
{
    /// <summary>Silent redirects to one target within <see cref="Window"/>.</summary>
    public const int Most = 4;

    /// <summary>A circle turns many times in this span, a person does not.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>Counts one more redirect, if it may still happen.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="now">The present instant.</param>
    /// <returns>False when the browser has been sent to this target too often just now.</returns>
    public static bool Release(HttpContext context, Visit visit, DateTimeOffset now)
    {
        var name = CookieNames.RedirectBrake(visit.Secure);
        var target = DigestOf(visit.Target.Text);
        var (since, count) = Read(CookieJar.Values(context.Request, name).FirstOrDefault(), target) is { } held && now - held.Since < Window && held.Since <= now
            ? held
            : (now, 0);
        if (count >= Most)
        {
            SessionCookieWriter.Clear(context.Response, name, now, null, visit.Secure);
            return false;
        }

        var value = string.Create(CultureInfo.InvariantCulture, $"{since.ToUnixTimeMilliseconds()}.{count + 1}.{target}");
        SessionCookieWriter.Set(context.Response, name, value, now, Window, null, visit.Secure);
        return true;
    }

    private static (DateTimeOffset Since, int Count)? Read(string? value, string target) =>
        value?.Split('.') is [{ Length: <= 13 } since, { Length: 1 } count, var digest]
        && digest == target
        && long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
        && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), number)
            : null;

    private static string DigestOf(string target) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(target)).AsSpan(0, 8));
}
