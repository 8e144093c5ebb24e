using Microsoft.Playwright;
using Uitsmijter.Actors.EndToEnd.Tests.Browsing;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>
/// Every journey, and the one that costs as much as all others together: twenty tabs. Through each proxy once, and once where another process
/// than the one that sealed a form may have to open it.
/// </summary>
public abstract class JourneyWithManyTabs(Place place) : JourneyInABrowser(place)
{
    [Fact, Trait("Attack", "15")]
    public async Task twenty_tabs_end_at_their_own_pages()
    {
        await using var person = await Place.Browser.NewPerson();
        var tabs = new List<IPage>();
        for (var number = 0; number < 20; number++)
        {
            var tab = await person.NewPageAsync();
            await tab.GotoAsync(Place.Url("cookbooks.example.test", $"/tab?number={number}&of=20"));
            tabs.Add(tab);
        }

        foreach (var tab in tabs)
        {
            await tab.LogIn(Person, RightPassword);
        }

        for (var number = 0; number < 20; number++)
        {
            await Assertions.Expect(tabs[number].Locator("#target")).ToHaveTextAsync($"/tab?number={number}&of=20");
        }
    }
}
