using Microsoft.Playwright;

namespace Uitsmijter.Actors.EndToEnd.Tests.Browsing;

/// <summary>
/// A real headless Chromium that finds every host of the tests on loopback. Debian's <c>/usr/bin/chromium</c>, or what
/// <c>CHROMIUM</c> names; tests that need it are skipped where there is none, and say so.
/// </summary>
/// <param name="address">Where every host of the tests is.</param>
public sealed class Chromium(string address) : IAsyncLifetime
{
    /// <summary>Milliseconds a busy machine may take for what a person sees at once.</summary>
    private const float Patience = 60_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Where Chromium is, or null.</summary>
    public static string? Executable { get; } = new[] { Environment.GetEnvironmentVariable("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser" }
        .FirstOrDefault(static path => !string.IsNullOrEmpty(path) && File.Exists(path));

    /// <summary>True when there is a Chromium to drive.</summary>
    public static bool IsMissing => Executable is null;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        if (Executable is null)
        {
            return;
        }

        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Executable,
            Headless = true,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", $"--host-resolver-rules=MAP *.test {address}",
                // Twenty tabs of one site need no twenty processes.
                "--process-per-site",
            ],
        });
    }

    /// <summary>A fresh person: no cookies, no history.</summary>
    /// <param name="locale">Language the browser asks for.</param>
    /// <param name="change">How this person differs from others.</param>
    public async Task<IBrowserContext> NewPerson(string locale = "en-US", Action<BrowserNewContextOptions>? change = null)
    {
        var options = new BrowserNewContextOptions
        {
            IgnoreHTTPSErrors = true,
            Locale = locale,
            // Twenty tabs that draw a blinking doorman by software keep two cores busy for a minute.
            ReducedMotion = ReducedMotion.Reduce,
        };
        change?.Invoke(options);
        var person = await _browser!.NewContextAsync(options);
        person.SetDefaultTimeout(Patience);
        return person;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
