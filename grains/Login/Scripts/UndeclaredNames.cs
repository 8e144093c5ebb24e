using System.Collections.Frozen;
using Acornima.Ast;
using Jint;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>Finds the names a script uses that nobody declares, the most common mistake in provider scripts.</summary>
internal static class UndeclaredNames
{
    private static readonly FrozenSet<string> Known = KnownNames();

    /// <summary>The undeclared names with their first place, in the order of their places.</summary>
    /// <param name="prepared">A script prepared with its referenced names.</param>
    public static IReadOnlyList<(string Name, int Line, int Column)> In(in Prepared<Script> prepared)
    {
        var unknown = prepared.ReferencedGlobals?.Where(name => !Known.Contains(name)).ToHashSet(StringComparer.Ordinal) ?? [];
        if (unknown.Count == 0)
        {
            return [];
        }

        var found = new List<(string, int, int)>();
        Walk(prepared.Program!, unknown, found);
        return [.. found, .. unknown.Select(name => (name, 0, 0))];
    }

    /// <summary>Goes through the tree (at most 256 levels, the parser's own bound) and takes each wanted name where it stands first.</summary>
    private static void Walk(Node node, HashSet<string> wanted, List<(string, int, int)> found)
    {
        foreach (var child in node.ChildNodes)
        {
            if (child is Identifier identifier)
            {
                if (!IsPropertyName(node, child) && wanted.Remove(identifier.Name))
                {
                    found.Add((identifier.Name, child.Location.Start.Line, child.Location.Start.Column + 1));
                }
            }
            else
            {
                Walk(child, wanted, found);
            }
        }
    }

    private static bool IsPropertyName(Node parent, Node child) => parent switch
    {
        MemberExpression member => !member.Computed && ReferenceEquals(member.Property, child),
        ObjectProperty property => !property.Computed && !property.Shorthand && ReferenceEquals(property.Key, child),
        ClassProperty property => !property.Computed && ReferenceEquals(property.Key, child),
        _ => false,
    };

    private static FrozenSet<string> KnownNames()
    {
        using var engine = new Engine();
        return engine.Global.GetOwnPropertyKeys().Select(key => key.ToString())
            .Where(name => !GuardedBuiltIns.Removed.Contains(name))
            .Concat(HostFunctionNames.All)
            .Concat(["arguments", "undefined"])
            .ToFrozenSet(StringComparer.Ordinal);
    }
}
