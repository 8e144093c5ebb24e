using Microsoft.Playwright;

namespace Uitsmijter.Actors.EndToEnd.Tests.Browsing;

/// <summary>Leads a person to each page of ours.</summary>
internal static class EveryPage
{
    private const string Person = "ada@example.com";
    private const string LoginHost = "login.example.test";

    /// <summary>All pages: the login, after a wrong password, the start page, the question before and the page after a logout, an error; those of a device: form, wrong code, question, result; the question about a client, the way of an answer to it, and the page after a logout that tells it; what a person has open.</summary>
    public static string[] Names { get; } = ["login", "refused", "index", "question", "goodbye", "error", "device", "device-refused", "device-question", "device-connected", "device-denied", "consent", "form-post", "logged-out", "account"];

    /// <summary>Opens one of <see cref="Names"/>.</summary>
    public static async Task Open(this Place place, IPage page, string name)
    {
        var login = place.Url("cookbooks.example.test", "/");
        switch (name)
        {
            case "login":
                await page.GotoAsync(login);
                break;
            case "refused":
                await page.GotoAsync(login);
                // A name of its own each time: too many wrong passwords for one would lock it out.
                await page.LogIn(Guid.NewGuid().ToString("N")[..8] + "@example.com", "wrong");
                await Assertions.Expect(page.Locator("#login-error")).ToBeVisibleAsync();
                break;
            case "device":
            case "device-refused":
            case "device-question":
            case "device-connected":
            case "device-denied":
                await OpenDevice(place, page, name);
                break;
            case "consent":
                await page.GotoAsync(place.Url(LoginHost, OAuth.Consent.Request));
                await page.LogIn(Person, "correct horse");
                await Assertions.Expect(page.Locator("#allowButton")).ToBeVisibleAsync();
                break;
            case "form-post":
                // Its script posts it at once; without it a person reads the page and presses the button.
                await page.RouteAsync("**/js/form-post.js*", static route => route.FulfillAsync(new() { ContentType = "text/javascript", Body = "" }));
                await page.GotoAsync(place.Url(LoginHost, OAuth.Consent.Plain + "&response_mode=form_post"));
                await page.LogIn(Person, "correct horse");
                await Assertions.Expect(page.Locator("#continueButton")).ToBeVisibleAsync();
                break;
            case "logged-out":
                await OpenLoggedOut(place, page);
                break;
            case "error":
                await page.GotoAsync(place.Url(LoginHost, "/nowhere"));
                break;
            case "account":
                // A person of their own: the page grows with every login of everybody's.
                await page.GotoAsync(login);
                await page.LogIn(Guid.NewGuid().ToString("N")[..8] + "@example.com", "correct horse");
                await page.GotoAsync(place.Url(LoginHost, "/account"));
                await Assertions.Expect(page.Locator("#everywhereButton")).ToBeVisibleAsync();
                break;
            default:
                await page.GotoAsync(login);
                await page.LogIn(Person, "correct horse");
                await Assertions.Expect(page.Locator("#application")).ToBeVisibleAsync();
                await OpenLoggedIn(place, page, name);
                break;
        }
    }

    /// <summary>Types the code of a device, and name and password with it.</summary>
    /// <param name="page">The page of the device.</param>
    /// <param name="code">The code.</param>
    /// <param name="password">The password.</param>
    public static async Task Connect(this IPage page, string code, string password = "correct horse")
    {
        await page.Locator("input#user_code[name=user_code]").FillAsync(code);
        await page.Locator("input#username[name=username]").FillAsync(Person);
        await page.Locator("input#password[name=password]").FillAsync(password);
        await page.Locator("button#activateButton").ClickAsync();
    }

    private static async Task OpenDevice(Place place, IPage page, string name)
    {
        if (name == "device")
        {
            await page.GotoAsync(place.Url(LoginHost, "/activate"));
            return;
        }

        var started = await OAuth.Devices.Start(place.World, OAuth.Devices.CheeseTelevision);
        await page.GotoAsync(place.Url(LoginHost, "/activate?user_code=" + started.GetProperty("user_code").GetString()));
        if (name == "device-refused")
        {
            // A code of another shape is no guess, and locks nobody out.
            await page.Connect("ABC");
            await Assertions.Expect(page.Locator("#activate-error")).ToBeVisibleAsync();
            return;
        }

        await page.Connect(started.GetProperty("user_code").GetString()!);
        await Assertions.Expect(page.Locator("#allowButton")).ToBeVisibleAsync();
        if (name == "device-denied")
        {
            await page.Locator("#denyButton").ClickAsync();
            await Assertions.Expect(page.Locator("div.message[data-result=denied]")).ToBeVisibleAsync();
        }
        else if (name == "device-connected")
        {
            await page.Locator("#allowButton").ClickAsync();
            await Assertions.Expect(page.Locator("div.message[data-result=success]")).ToBeVisibleAsync();
        }
    }

    /// <summary>A client that got a code is told by a frame. Nobody said where to go then, so the page stays.</summary>
    private static async Task OpenLoggedOut(Place place, IPage page)
    {
        await page.RouteAsync("https://app.shop.test/**", static route => route.FulfillAsync(
            new() { ContentType = "text/html", Body = "<!DOCTYPE html><html lang=en><title>shop</title><p id=landed>shop</p></html>" }));
        await page.GotoAsync(place.Url(LoginHost, OAuth.Consent.Plain));
        await page.LogIn(Person, "correct horse");
        await Assertions.Expect(page.Locator("#landed")).ToBeVisibleAsync();
        await page.GotoAsync(place.Url(LoginHost, "/logout?state=s"));
        await page.Locator("form[action='/logout'] button").ClickAsync();
        await Assertions.Expect(page.Locator(".logout-frames iframe")).ToHaveCountAsync(1);
    }

    private static async Task OpenLoggedIn(Place place, IPage page, string name)
    {
        switch (name)
        {
            case "index":
                await page.GotoAsync(place.Url(LoginHost, "/"));
                break;
            case "goodbye":
                // It leaves after two seconds; an answer without content keeps it, so that it can be looked at in peace.
                await page.RouteAsync("**/logout/finalize*", static route => route.FulfillAsync(new() { Status = 204 }));
                await page.GotoAsync(place.Url(LoginHost, "/logout"));
                break;
            default:
                // Another site leads here: the link is on a host of another site.
                await page.GotoAsync(place.Url("page.ham.test", "/"));
                await page.EvaluateAsync("address => { const link = document.createElement('a'); link.href = address; document.body.append(link); link.click(); }", place.Url(LoginHost, "/logout"));
                await Assertions.Expect(page.Locator("form[action='/logout'] button")).ToBeVisibleAsync();
                break;
        }
    }
}
