using Microsoft.AspNetCore.Http;
using Uitsmijter.Actors.Gateway.Pages;

namespace Uitsmijter.Actors.Gateway.Tests.Pages;

/// <summary>
/// Chromium applies <c>form-action</c> to every redirect after a form was sent: a login that may not reach its target ends on a page that
/// does nothing. So this is asked of the real browser.
/// </summary>
public sealed class FormActionBrowserTests : IDisposable
{
    private readonly string _profile = Directory.CreateTempSubdirectory("browser-").FullName;

    // The page may not call anywhere, but it may load a picture: that is how it tells that its form was held back.
    private const string SubmitAtOnce =
        "document.addEventListener('securitypolicyviolation',e=>{new Image().src='/images/held-back.png?'+e.effectiveDirective});" +
        "document.querySelector('#username').value='ada';document.querySelector('#password').value='x';document.querySelector('form').submit();";

    [Theory]
    [InlineData("target", "", true)]
    [InlineData("tenant host", "", true)]
    [InlineData("client behind /authorize", "", true)]
    [InlineData("target", "/onwards", true)]
    [InlineData("foreign", "", false)]
    public async Task the_login_reaches_its_target_and_no_foreign_place(string who, string path, bool reached)
    {
        Assert.SkipUnless(File.Exists(Browser), "chromium is not installed");
        var arrived = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var application = await PageHost.Start();
        application.Answer = context =>
        {
            if (context.Request.Path == "/onwards")
            {
                return Redirect(context, "/landed");
            }

            arrived.TrySetResult(true);
            return context.Response.WriteAsync("landed");
        };
        // The page is on 127.0.0.1, the application on localhost: another origin, and another host.
        var target = $"http://localhost:{application.Address.Port}{path}";
        await using var gateway = await PageHost.Start(host => host.Put("Public/js/uitsmijter.js", SubmitAtOnce));
        var (tenant, model) = who switch
        {
            "target" => (SomePages.Tenant, SomePages.Login with { RequestUri = target }),
            "tenant host" => (SomePages.Tenant with { Hosts = ["localhost"] }, SomePages.Login with { RequestUri = "/" }),
            "client behind /authorize" => (SomePages.Tenant, SomePages.Login with { RequestUri = "/authorize", FormTargets = [target] }),
            _ => (SomePages.Tenant, SomePages.Login),
        };
        gateway.Answer = context => (context.Request.Method, context.Request.Path.Value) switch
        {
            ("POST", "/login") => Redirect(context, who == "client behind /authorize" ? "/authorize" : target),
            (_, "/images/held-back.png") => Held(context, arrived),
            (_, "/authorize") => Redirect(context, target),
            _ => gateway.Pages.Write(context, PageName.Login, tenant, 200, model),
        };

        using var browser = Browse(gateway.Address);
        try
        {
            Assert.Equal(reached, await arrived.Task.WaitAsync(TimeSpan.FromSeconds(90)));
        }
        finally
        {
            browser.Kill(entireProcessTree: true);
            await browser.WaitForExitAsync();
        }
    }

    public void Dispose() => Directory.Delete(_profile, recursive: true);

    private static string Browser => "/usr/bin/chromium";

    private static Task Redirect(HttpContext context, string target)
    {
        context.Response.StatusCode = 303;
        context.Response.Headers.Location = target;
        return Task.CompletedTask;
    }

    private static Task Held(HttpContext context, TaskCompletionSource<bool> arrived)
    {
        arrived.TrySetResult(context.Request.QueryString.Value != "?form-action");
        return Task.CompletedTask;
    }

    private System.Diagnostics.Process Browse(Uri address)
    {
        var start = new System.Diagnostics.ProcessStartInfo(Browser) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[]
                 {
                     "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--user-data-dir=" + _profile,
                     "--remote-debugging-port=0", address + "login",
                 })
        {
            start.ArgumentList.Add(argument);
        }

        var browser = System.Diagnostics.Process.Start(start)!;
        _ = browser.StandardError.ReadToEndAsync();
        _ = browser.StandardOutput.ReadToEndAsync();
        return browser;
    }
}
