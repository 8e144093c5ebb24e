using Microsoft.Playwright;

namespace Uitsmijter.Actors.EndToEnd.Tests.Browsing;

/// <summary>The login page as a person uses it, by the ids the contract promises (configuration.md §4.9).</summary>
internal static class LoginForm
{
    /// <summary>Fills the form and waits until the browser has left or reloaded the page.</summary>
    public static async Task LogIn(this IPage page, string username, string password)
    {
        await page.IsOnLoginPage();
        await page.Locator("input#username[name=username]").FillAsync(username);
        await page.Locator("input#password[name=password]").FillAsync(password);
        await page.EvaluateAsync("document.documentElement.dataset.left = 'yes'");
        await page.Locator("button#loginButton").ClickAsync();
        await page.Locator("html:not([data-left]) body").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
    }

    /// <summary>Fails with what the page says instead, which a mere time-out would keep to itself.</summary>
    private static async Task IsOnLoginPage(this IPage page)
    {
        try
        {
            await page.Locator("input#username[name=username]").WaitForAsync();
        }
        catch (TimeoutException)
        {
            Assert.Fail($"No login form at {page.Url}, but: {await page.Locator("body").InnerTextAsync()}");
        }
    }

    /// <summary>True when the page in front is the login page.</summary>
    public static async Task<bool> ShowsLogin(this IPage page) => await page.Locator("button#loginButton").CountAsync() == 1;
}
