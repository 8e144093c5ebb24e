namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>
/// Languages a client wants the pages of this request in (<c>ui_locales</c>, OpenID Connect Core §3.1.2.1); they go before what the browser prefers. One that
/// has no texts is passed over.
/// </summary>
/// <param name="Tags">Language tags separated by blanks, in order of preference.</param>
internal sealed record PageLocales(string Tags)
{
    /// <summary>Notes a wish for every page of the request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="tags">The parameter, or null.</param>
    public static void Wish(HttpContext context, string? tags)
    {
        if (tags is not null)
        {
            context.Features.Set(new PageLocales(tags));
        }
    }

    /// <summary>The wish in the form of <c>Accept-Language</c>; null without one.</summary>
    /// <param name="context">The request.</param>
    public static string? Of(HttpContext context) => context.Features.Get<PageLocales>()?.Tags.Replace(' ', ',');
}
