using System.Reflection;

namespace Uitsmijter.Actors.Gateway.Hosting;

/// <summary><c>/versions</c>: what was built, as plain text; there unless <c>DISPLAY_VERSION=false</c> (contract http.md §4.3).</summary>
internal static class VersionEndpoint
{
    /// <summary>Path of the version.</summary>
    public const string Path = "/versions";

    /// <summary>Version of this build: the tag, with a <c>+</c> and the commit where the build knew it.</summary>
    public static string Text { get; } =
        typeof(VersionEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>Answers.</summary>
    /// <param name="context">The request.</param>
    public static Task Answer(HttpContext context)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(Text, context.RequestAborted);
    }
}
