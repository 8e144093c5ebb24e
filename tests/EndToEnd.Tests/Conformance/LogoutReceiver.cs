using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace Uitsmijter.Actors.EndToEnd.Tests.Conformance;

/// <summary>Where a client hears of the end of a session (Back-Channel Logout §2.5). One for all tests, as its address stands in the configuration of every server.</summary>
internal sealed class LogoutReceiver
{
    private static readonly Lazy<LogoutReceiver> _running = new(static () => new LogoutReceiver());

    private LogoutReceiver()
    {
        var site = new HttpListener();
        site.Prefixes.Add(Address);
        site.Start();
        _ = Serve(site);
    }

    /// <summary>The receiver, listening.</summary>
    public static LogoutReceiver Running => _running.Value;

    /// <summary>The registered address without its query.</summary>
    public static string Address { get; } = $"http://127.0.0.1:{Ports.Free(1)[0].ToString(CultureInfo.InvariantCulture)}/";

    /// <summary>What arrived, newest last.</summary>
    public ConcurrentQueue<Notice> Notices { get; } = new();

    private async Task Serve(HttpListener site)
    {
        while (true)
        {
            var context = await site.GetContextAsync();
            using var reader = new StreamReader(context.Request.InputStream);
            Notices.Enqueue(new Notice(context.Request.HttpMethod, context.Request.RawUrl!, context.Request.ContentType, await reader.ReadToEndAsync()));
            context.Response.StatusCode = (int)HttpStatusCode.NoContent;
            context.Response.Close();
        }
    }

    /// <summary>One request as it came.</summary>
    public sealed record Notice(string Method, string Target, string? Type, string Body)
    {
        /// <summary>The logout token; empty where the body is something else.</summary>
        public string Token => Body.StartsWith("logout_token=", StringComparison.Ordinal) ? Body["logout_token=".Length..] : "";
    }
}
