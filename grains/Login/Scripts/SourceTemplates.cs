using System.Globalization;
using Acornima.Ast;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>
/// Bounds what one template literal can become. The engine puts all of it together before it looks at its limits again: a thousand places for a text of half a million characters,
/// four kilobytes of source, made gigabytes in one step (attack 40).
/// </summary>
internal static class SourceTemplates
{
    /// <summary>Values one template may hold, those of templates and sums within it included.</summary>
    public const int Most = 100;

    /// <summary>What a person is told.</summary>
    public static readonly string Advice = string.Create(CultureInfo.InvariantCulture, $"This template holds more than {Most} values; split it into several statements.");

    /// <summary>The first template that holds too much, or null.</summary>
    /// <param name="node">The parsed script, or a part of it.</param>
    public static Node? TooLong(Node node)
    {
        if (node is TemplateLiteral && Values(node) > Most)
        {
            return node;
        }

        foreach (var child in node.ChildNodes)
        {
            if (TooLong(child) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    // A function within a template is entered by a look at the limits of its own.
    private static int Values(Node node)
    {
        var values = 0;
        foreach (var child in node.ChildNodes)
        {
            values += child switch
            {
                TemplateElement or IFunction => 0,
                TemplateLiteral or BinaryExpression => Values(child),
                _ => Math.Max(1, Values(child)),
            };
        }

        return values;
    }
}
