using Uitsmijter.Actors.Gateway.Pages;

namespace Uitsmijter.Actors.Gateway.Tests.Pages;

public sealed class RenderBudgetTests
{
    [Fact]
    public void a_busy_machine_that_holds_our_own_page_back_does_not_make_it_an_error()
    {
        var ours = new RenderBudget();
        var theirs = new RenderBudget();
        ours.TakeYourTime();
        SpinWait.SpinUntil(static () => false, RenderBudget.MaxTime + TimeSpan.FromMilliseconds(20));

        ours.CheckTime();

        Assert.Throws<RenderLimitException>(theirs.CheckTime);
    }
}
