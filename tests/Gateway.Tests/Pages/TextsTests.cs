using System.Collections.Immutable;
using System.Reflection;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Tests.Pages;

public sealed class TextsTests
{
    public static TheoryData<string> ReasonsOfTheCatalogue =>
        [.. typeof(Reasons).GetFields(BindingFlags.Public | BindingFlags.Static).Select(reason => (string)reason.GetRawConstantValue()!)];

    [Fact]
    [Trait("Contract", "http 75")]
    public void every_shipped_language_has_the_same_keys()
    {
        var english = Texts.Shipped.In("en_EN").Keys.Order(StringComparer.Ordinal).ToArray();

        Assert.Equal(["en_EN", "de_DE", "pt_PT"], Texts.Shipped.Languages);
        Assert.Equal(english, Texts.Shipped.In("de_DE").Keys.Order(StringComparer.Ordinal));
        Assert.Equal(english, Texts.Shipped.In("pt_PT").Keys.Order(StringComparer.Ordinal));
        Assert.All(Texts.Shipped.Languages, language => Assert.DoesNotContain("", Texts.Shipped.In(language).Values));
    }

    [Fact]
    public void a_tenant_has_its_own_languages_beside_those_that_are_there()
    {
        var own = ImmutableDictionary<string, ImmutableDictionary<string, string>>.Empty.Add("nl_NL", ImmutableDictionary<string, string>.Empty.Add("LOGIN.UI.LOGIN", "Inloggen"))
            .Add("de", ImmutableDictionary<string, string>.Empty).Add("../up", ImmutableDictionary<string, string>.Empty);

        var languages = Texts.Shipped.LanguagesOf(SomePages.Tenant with { Pages = new() { Texts = own } });

        Assert.Equal(["en_EN", "de_DE", "pt_PT", "nl_NL"], languages);
    }

    [Theory]
    [MemberData(nameof(ReasonsOfTheCatalogue))]
    public void every_reason_has_words_in_every_language(string reason) =>
        Assert.All(Texts.Shipped.Languages, language => Assert.Contains(reason, Texts.Shipped.In(language).Keys));

    [Theory]
    [InlineData("LOGIN.UI", "LOGIN,LOGOUT,NAME,PASSWORD")]
    [InlineData(
        "LOGIN.ERRORS",
        "FORM_NOT_PARSEABLE,CONSTRUCT_DATE_ERROR,MISSING_LOCATION,NO_TENANT,NO_CODE_CHALLENGE,TENANT_NOT_ALLOWED,TENANT_MISMATCH,NO_CLIENT," +
        "WRONG_CREDENTIALS,WRONG_REFERER,EXPECTED_VALUE_UNSET,CODE_CHALLENGE_METHOD_NOT_IMPLEMENTED,CODE_CHALLENGE_METHOD_MISMATCH," +
        "GRANT_TYPE_NOT_IMPLEMENTED,CLIENT_ONLY_SUPPORTS_PKCE,REDIRECT_MISMATCH,REDIRECT_NOT_URL,CODE_STORAGE_AVAILABILITY,INVALID_CODE," +
        "INVALID_TOKEN,INVALID_PROVIDER,ENCODE_PAYLOAD_ERROR,NOT_ACCEPTABLE_REQUEST,INVALIDATE,EXPIRED_TOKEN,BADLOGINID,MISSING_TENANT")]
    [InlineData("LOGOUT", "UI.LOGOUT,UI.IN_PROGRESS,ERRORS.NO_TENANT")]
    [InlineData("ACTIVATE.UI", "USER_CODE,SUCCESS,AUTHORIZE")]
    [InlineData("ERROR", "BACK,TITLE,PAGE_NOT_FOUND,STATUS.400,STATUS.401,STATUS.402,STATUS.403,STATUS.404,STATUS.429,STATUS.500,STATUS.503")]
    public void every_key_of_the_contract_is_there(string group, string keys) =>
        Assert.All(keys.Split(','), key => Assert.Contains($"{group}.{key}", Texts.Shipped.In("pt_PT").Keys));

    [Theory]
    [InlineData("en_EN", "LOGIN.UI.LOGIN", "Log In")]
    [InlineData("en_EN", "LOGIN.UI.NAME", "Username")]
    [InlineData("en_EN", "LOGIN.UI.PASSWORD", "Password")]
    [InlineData("de_DE", "LOGIN.UI.NAME", "Benutzername")]
    [InlineData("pt_PT", "LOGIN.UI.NAME", "Nome de usuário")]
    [InlineData("en_EN", "LOGIN.ERRORS.WRONG_CREDENTIALS", "incorrect credentials")]
    [InlineData("de_DE", "LOGIN.ERRORS.WRONG_CREDENTIALS", "aufgrund falscher Anmeldedaten")]
    [InlineData("pt_PT", "LOGIN.ERRORS.WRONG_CREDENTIALS", "a dados de login incorrectos")]
    [InlineData("en_EN", "LOGOUT.UI.IN_PROGRESS", "in progress.")]
    [InlineData("de_DE", "LOGOUT.UI.IN_PROGRESS", "wird ausgeführt.")]
    [InlineData("pt_PT", "LOGOUT.UI.IN_PROGRESS", "em curso.")]
    [InlineData("en_EN", "ERROR.TITLE", "Oops, something went wrong")]
    [InlineData("de_DE", "ERROR.TITLE", "Uups, hier ist etwas schief gegangen")]
    [InlineData("de_DE", "FOOTER.IMPRINT", "Impressum")]
    [InlineData("de_DE", "FOOTER.PRIVACY", "Datenschutz")]
    [InlineData("de_DE", "FOOTER.REGISTER", "Registrieren")]
    [Trait("Contract", "http 75")]
    [Trait("Contract", "configuration 49")]
    public void the_words_existing_tests_look_for_are_there(string language, string key, string words) =>
        Assert.Contains(words, Texts.Shipped.Find(language, key, null), StringComparison.Ordinal);

    [Fact]
    public void an_unknown_key_is_its_own_text_and_a_missing_one_falls_back_to_english()
    {
        var texts = Texts.Shipped.With(new Dictionary<string, System.Collections.Frozen.FrozenDictionary<string, string>>
        {
            ["fr_FR"] = TextFile.Read("""{"LOGIN":{"UI":{"NAME":"Identifiant"}}}"""u8.ToArray()),
        });

        Assert.Equal("Identifiant", texts.Find("fr_FR", "LOGIN.UI.NAME", null));
        Assert.Equal("Password", texts.Find("fr_FR", "LOGIN.UI.PASSWORD", null));
        Assert.Null(texts.Find("fr_FR", "NOBODY.KNOWS", null));
    }

    [Theory]
    [InlineData("de-DE", "Käsename")]
    [InlineData("de-AT", "Käsename")]
    [InlineData("nl", "Naam")]
    [InlineData("en", "Username")]
    public async Task a_tenant_overrides_single_texts_and_adds_languages(string language, string words)
    {
        await using var host = await PageHost.Start();
        var tenant = SomePages.Tenant with
        {
            Pages = new()
            {
                Texts = ImmutableDictionary<string, ImmutableDictionary<string, string>>.Empty
                    .Add("de", ImmutableDictionary<string, string>.Empty.Add("LOGIN.UI.NAME", "Käsename"))
                    .Add("nl_NL", ImmutableDictionary<string, string>.Empty.Add("LOGIN.UI.NAME", "Naam")),
            },
        };

        using var answer = await host.Show(PageName.Login, SomePages.Login, tenant, language: language);

        var html = System.Net.WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.Contains($"placeholder=\"{words}\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_operators_file_replaces_texts_and_a_broken_edit_keeps_the_last_good_ones()
    {
        await using var host = await PageHost.Start(host =>
            host.Put("Resources/Translations/de_DE.json", """{"LOGIN":{"UI":{"TITLE":"Willkommen"}}}"""));
        using var first = await host.Show(PageName.Login, SomePages.Login, language: "de");

        host.Put("Resources/Translations/de_DE.json", """{"LOGIN":{"UI":{"TITLE":""");
        host.Clock.Advance(TimeSpan.FromSeconds(3));
        using var second = await host.Show(PageName.Login, SomePages.Login, language: "de");

        host.Put("Resources/Translations/de_DE.json", """{"LOGIN":{"UI":{"TITLE":"Herein"}}}""");
        host.Clock.Advance(TimeSpan.FromSeconds(3));
        using var third = await host.Show(PageName.Login, SomePages.Login, language: "de");

        Assert.Contains("<h1>Willkommen</h1>", await first.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("<h1>Willkommen</h1>", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("<h1>Herein</h1>", await third.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(host.Logs, line => line.StartsWith("UA3003 ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(15, "Please wait 15 minutes")]
    [InlineData(1, "Please wait a minute")]
    public async Task the_throttle_page_says_how_long_to_wait(int minutes, string words)
    {
        await using var host = await PageHost.Start();
        var model = SomePages.Login with { Error = Reasons.LoginTooManyAttempts, Minutes = minutes };

        using var answer = await host.Show(PageName.Login, model, SomePages.Tenant, 429);

        Assert.Contains(words, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
