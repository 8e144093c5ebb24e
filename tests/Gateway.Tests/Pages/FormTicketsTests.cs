using Uitsmijter.Actors.Gateway.Pages;

namespace Uitsmijter.Actors.Gateway.Tests.Pages;

public sealed class FormTicketsTests
{
    private const string Field = "<input type=\"hidden\" name=\"ticket\" value=\"{{@root.ticket}}\">";

    [Theory]
    [InlineData("<form action=\"/login\" method=\"post\">")]
    [InlineData("<form action=\"{{serviceUrl}}/login\" method=\"post\">")]
    [InlineData("<FORM METHOD=POST ACTION=/login>")]
    [InlineData("<form method='post' action='login'>")]
    [InlineData("<form method=\"post\" action=\"/login?x=y\">")]
    [InlineData("<form method=\"post\" action=\"/logout\">")]
    [InlineData("<form method=\"post\" action=\"/logout/finalize\">")]
    [InlineData("<form method=\"post\">")]
    [InlineData("<form method=\"post\" action=\"\">")]
    [InlineData("<form\n  method=\"post\"\n  action=\"/login\">")]
    [InlineData("<form title=\"a > b\" method=\"post\" action=\"/login\">")]
    [InlineData("<form {{#if error}}class=\"a>b\"{{/if}} method=\"post\" action=\"/login\">")]
    [InlineData("<form data-action=\"/x\" method=\"post\" action=\"/login\">")]
    public void a_post_form_of_ours_gets_the_field(string form)
    {
        var result = FormTickets.Add($"<p>{form}<input name=\"username\"></form></p>");

        Assert.Equal($"<p>{form}{Field}<input name=\"username\"></form></p>", result);
    }

    [Theory]
    [InlineData("<form action=\"/login\">")]
    [InlineData("<form action=\"/login\" method=\"get\">")]
    [InlineData("<form action=\"https://evil.example/login\" method=\"post\">")]
    [InlineData("<form action=\"//evil.example/login\" method=\"post\">")]
    [InlineData("<form action=\"{{requestUri}}/login\" method=\"post\">")]
    [InlineData("<form action=\"/search\" method=\"post\">")]
    [InlineData("<form action=\"/x/login\" method=\"post\">")]
    [InlineData("<formula action=\"/login\" method=\"post\">")]
    [InlineData("<form action=\"/login\" method=\"post\"")]
    public void no_other_form_gets_it(string form) => Assert.Equal(form, FormTickets.Add(form));

    [Theory]
    [InlineData("<form action=\"/login\" method=\"post\"><input type=\"hidden\" name=\"ticket\" value=\"{{ticket}}\"></form>")]
    [InlineData("<form action=\"/login\" method=\"post\"><input name='ticket'></form>")]
    public void a_form_that_has_it_keeps_its_own(string form) => Assert.Equal(form, FormTickets.Add(form));

    [Fact]
    public void two_forms_get_one_each()
    {
        const string form = "<form action=\"/login\" method=\"post\"></form>";

        var result = FormTickets.Add(form + form);

        Assert.Equal(2, result.Split(Field).Length - 1);
    }
}
