using FsCheck;
using FsCheck.Fluent;
using Uitsmijter.Actors.Protocol.Login;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Login;

[Trait("Attack", "13")]
public sealed class ReturnTargetTests
{
    public static TheoryData<string> Refused => [.. Corpus.Lines("refused-return-targets.txt")];

    public static TheoryData<string, string> Foreign
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var line in Corpus.Lines("foreign-return-targets.txt"))
            {
                data.Add(line.Split('\t')[0], line.Split('\t')[1]);
            }

            return data;
        }
    }

    public static TheoryData<string, string, string> Allowed
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var line in Corpus.Lines("allowed-return-targets.txt"))
            {
                data.Add(line.Split('\t')[0], line.Split('\t')[1], line.Split('\t')[2]);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void a_target_that_two_readers_would_read_differently_is_refused(string text)
    {
        Assert.Null(ReturnTargetRules.Parse(text));
        Assert.Null(ReturnTargetRules.ParseEncoded(Uri.EscapeDataString(text)));
    }

    [Theory]
    [MemberData(nameof(Foreign))]
    public void a_foreign_host_is_seen_as_what_it_is(string text, string host)
    {
        Assert.Equal(host, ReturnTargetRules.Parse(text)?.Host);
        Assert.Equal(host, ReturnTargetRules.ParseEncoded(text)?.Host);
    }

    [Theory]
    [MemberData(nameof(Allowed))]
    [Trait("Contract", "http 43")]
    public void every_spelling_of_the_contract_keeps_its_bytes(string sent, string location, string host)
    {
        var target = ReturnTargetRules.ParseEncoded(sent);

        Assert.NotNull(target);
        Assert.Equal(location, target.Text);
        Assert.Equal(host == "-" ? null : host, target.Host);
    }

    [Fact]
    public void a_form_field_is_not_decoded_a_second_time()
    {
        Assert.Equal("https://good.example.com/a%2Fb?c=%26", ReturnTargetRules.Parse("https://good.example.com/a%2Fb?c=%26")!.Text);
        Assert.Equal("/authorize?scope=access%2Bwrite", ReturnTargetRules.Parse("/authorize?scope=access%2Bwrite")!.Text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void nothing_is_no_target(string? text)
    {
        Assert.Null(ReturnTargetRules.Parse(text));
        Assert.Null(ReturnTargetRules.ParseEncoded(text));
    }

    [Fact]
    public void a_target_longer_than_a_request_line_is_refused()
    {
        Assert.NotNull(ReturnTargetRules.Parse("/" + new string('a', ReturnTargetRules.MaxLength - 1)));
        Assert.Null(ReturnTargetRules.Parse("/" + new string('a', ReturnTargetRules.MaxLength)));
        Assert.Null(ReturnTargetRules.ParseEncoded(new string('%', 1_000_000)));
    }

    [Fact]
    public void whatever_is_read_can_stand_in_a_header_and_reads_the_same_again() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), Holds).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Fact]
    public void whatever_is_made_of_the_pieces_of_attacks_can_stand_in_a_header_and_reads_the_same_again()
    {
        string[] pieces = ["https:", "http:", "//", "/", "\\", "@", "#", "?", "%2f", "%5c", "%", "\t", "\r\n", " ", "good.example.com", "evil.example", ":", "8080", "..", ".", "ü", "\u3002", "[::1]", "xn--", "%C3%BC", "javascript:", "\ud800", "\0"];
        var texts = Gen.Elements(pieces).ListOf().Select(static list => string.Concat(list));

        Prop.ForAll(texts.ToArbitrary(), Holds).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }

    [Theory]
    [InlineData("/", "\u00fc")]
    [InlineData("https://good.example.com/", "\"")]
    public void a_target_that_grows_past_the_longest_when_it_is_written_out_is_refused_instead_of_lost_in_the_form(string beginning, string growing)
    {
        var longest = beginning + string.Concat(Enumerable.Repeat(growing, (ReturnTargetRules.MaxLength / 6) - 100));
        var tooLong = beginning + string.Concat(Enumerable.Repeat(growing, ReturnTargetRules.MaxLength - 100));

        Assert.Equal(ReturnTargetRules.Parse(longest), ReturnTargetRules.Parse(ReturnTargetRules.Parse(longest)!.Text));
        Assert.Null(ReturnTargetRules.Parse(tooLong));
    }

    private static bool Holds(string? text)
    {
        foreach (var target in new[] { ReturnTargetRules.Parse(text), ReturnTargetRules.ParseEncoded(text) })
        {
            if (target is null)
            {
                continue;
            }

            Assert.DoesNotMatch("[^\\x21-\\x7e]", target.Text);
            Assert.Equal(target, ReturnTargetRules.Parse(target.Text));

            // A second, independent reader: the base library's, from the same page.
            var resolved = new Uri(new Uri("https://login.example.com/login"), target.Text);
            Assert.Equal(target.Host ?? "login.example.com", resolved.IdnHost is var host && resolved.HostNameType == UriHostNameType.IPv6 ? $"[{host}]" : host);
        }

        return true;
    }
}
