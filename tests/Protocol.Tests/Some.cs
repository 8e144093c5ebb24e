using FsCheck;
using FsCheck.Fluent;

namespace Uitsmijter.Actors.Protocol.Tests;

/// <summary>Generators of values that look right often enough to get past the first check.</summary>
internal static class Some
{
    private static readonly char[] _hostCharacters = [.. "aAzZ09-_.:*[]@/ %\\,\t\0üß。．xn"];

    private static readonly char[] _labelCharacters = [.. "ab1-_"];

    public static Gen<string> Hostish() =>
        Gen.OneOf(
            Text(_hostCharacters, 24),
            Gen.Elements("example.com", "a.b.c", "[::1]:80", "127.0.0.1", "xn--bcher-kva.example").SelectMany(start =>
                Text(_hostCharacters, 4).Select(end => start + end)));

    /// <summary>Patterns of up to four short labels over a small alphabet, so that they meet often.</summary>
    public static Gen<string> Pattern() => Labels(Gen.OneOf(
        Gen.Constant("*"), Gen.Elements("a*", "*a", "a*b", "**", "*b*"), Label()));

    public static Gen<string> Host() => Labels(Label());

    public static Gen<string> Text(char[] alphabet, int longest) =>
        Gen.Choose(0, longest).SelectMany(length => Gen.Elements(alphabet).ArrayOf(length)).Select(static characters => new string(characters));

    private static Gen<string> Label() => Text(_labelCharacters, 3).Select(static text => "a" + text.TrimEnd('-'));

    private static Gen<string> Labels(Gen<string> label) =>
        Gen.Choose(1, 4).SelectMany(count => label.ArrayOf(count)).Select(static labels => string.Join('.', labels));
}
