using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Uitsmijter.Actors.Gateway.Pages;

namespace Uitsmijter.Actors.Gateway.Tests.Pages;

/// <summary>WCAG 2.2: 1.4.3 (text 4.5:1), 1.4.11 (borders of fields and focus 3:1), measured on the colours of the style sheet.</summary>
public sealed class ContrastTests
{
    private static readonly string Css = Encoding.UTF8.GetString(Assets.Shipped.Find("/css/uitsmijter.css")!.Body);

    [Theory]
    [InlineData("ink", "card", 4.5)]
    [InlineData("ink", "paper", 4.5)]
    [InlineData("ink", "glow", 4.5)]
    [InlineData("ink", "spill", 4.5)]
    [InlineData("ink", "field", 4.5)]
    [InlineData("muted", "card", 4.5)]
    [InlineData("muted", "field", 4.5)]
    [InlineData("on-yolk", "yolk", 4.5)]
    [InlineData("on-yolk", "yolk-strong", 4.5)]
    [InlineData("error-ink", "error-paper", 4.5)]
    [InlineData("line", "card", 3)]
    [InlineData("line", "field", 3)]
    [InlineData("error-ink", "card", 3)]
    [InlineData("focus", "card", 3)]
    [InlineData("focus", "paper", 3)]
    [InlineData("focus", "field", 3)]
    public void colours_can_be_told_apart_by_day_and_by_night(string front, string back, double ratio)
    {
        var roots = Regex.Matches(Css, @":root \{([^}]*)\}");
        var day = Colours(roots[0].Groups[1].Value);
        var night = new Dictionary<string, string>(day);
        foreach (var (name, colour) in Colours(roots[1].Groups[1].Value))
        {
            night[name] = colour;
        }

        Assert.InRange(Contrast(day[front], day[back]), ratio, 21);
        Assert.InRange(Contrast(night[front], night[back]), ratio, 21);
    }

    [Fact]
    public void the_style_sheet_respects_reduced_motion_and_loads_nothing()
    {
        Assert.Contains("prefers-reduced-motion: reduce", Css, StringComparison.Ordinal);
        Assert.Contains(":focus-visible", Css, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", Css, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", Css, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Colours(string block) =>
        Regex.Matches(block, "--([a-z-]+): (#[0-9a-f]{6});").ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    private static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour)
    {
        var channels = Enumerable.Range(0, 3)
            .Select(i => int.Parse(colour.AsSpan(1 + (2 * i), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255d)
            .Select(value => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4)).ToArray();
        return (0.2126 * channels[0]) + (0.7152 * channels[1]) + (0.0722 * channels[2]);
    }
}
