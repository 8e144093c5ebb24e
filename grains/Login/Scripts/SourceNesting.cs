using Acornima.Ast;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>
/// Bounds how much native stack one function of a script can take. The engine looks at the stack when a function is entered and then
/// needs what is left (128 KB, fixed by the runtime) for everything the function nests before the next look. A stack overflow ends the
/// whole process and nobody can catch it, so source that nests more than fits is refused when it is loaded.
/// </summary>
internal static class SourceNesting
{
    /// <summary>Bytes one function may take; the rest of the 128 KB is for the built-ins it calls at its deepest place (up to 35 KB measured).</summary>
    public const int Limit = 72 * 1024;

    /// <summary>What a person is told.</summary>
    public const string Advice = "This is nested too deeply; split it into several statements or functions.";

    /// <summary>The first place that is nested too deeply, or null.</summary>
    /// <param name="program">The parsed script.</param>
    public static Node? TooDeep(Node program) => Walk(program, 0);

    /// <summary>Goes down (at most the parser's own 256 levels), adding up what the levels of the current function take.</summary>
    private static Node? Walk(Node node, int taken)
    {
        // A function is entered by a look at the stack of its own. A class is not: whoever declares it walks through its fields.
        taken = node is IFunction ? 0 : taken + Weight(node);
        if (taken > Limit)
        {
            return node;
        }

        foreach (var child in node.ChildNodes)
        {
            if (Walk(child, taken) is { } tooDeep)
            {
                return tooDeep;
            }
        }

        return null;
    }

    /// <summary>
    /// Bytes of native stack for one level, whichever takes most of building it, evaluating it, and looking through it for declarations
    /// (a kilobyte, whatever it is). Measured with unoptimised code and rounded up; what is not listed counts as the most expensive.
    /// </summary>
    private static int Weight(Node node) => node.Type switch
    {
        NodeType.Program => 0,
        NodeType.Identifier or NodeType.PrivateIdentifier or NodeType.Literal or NodeType.TemplateElement or NodeType.ThisExpression
            or NodeType.Super or NodeType.MetaProperty or NodeType.EmptyStatement or NodeType.BreakStatement or NodeType.ContinueStatement
            or NodeType.DebuggerStatement or NodeType.LogicalExpression or NodeType.ConditionalExpression or NodeType.ChainExpression
            or NodeType.UnaryExpression or NodeType.UpdateExpression or NodeType.TemplateLiteral or NodeType.MemberExpression
            or NodeType.Property or NodeType.IfStatement or NodeType.ReturnStatement or NodeType.ThrowStatement
            or NodeType.ExpressionStatement or NodeType.VariableDeclaration or NodeType.VariableDeclarator or NodeType.BlockStatement
            or NodeType.AssignmentExpression or NodeType.SequenceExpression or NodeType.TryStatement or NodeType.CatchClause
            or NodeType.SwitchCase or NodeType.LabeledStatement or NodeType.ArrayExpression or NodeType.ObjectExpression
            or NodeType.ObjectPattern or NodeType.SwitchStatement or NodeType.AssignmentPattern or NodeType.RestElement
            or NodeType.SpreadElement => 1_100,
        NodeType.BinaryExpression or NodeType.CallExpression or NodeType.TaggedTemplateExpression
            or NodeType.WhileStatement or NodeType.DoWhileStatement => 1_300,
        NodeType.ArrayPattern or NodeType.NewExpression or NodeType.ForStatement or NodeType.AwaitExpression => 2_000,
        _ => 3_000,
    };
}
