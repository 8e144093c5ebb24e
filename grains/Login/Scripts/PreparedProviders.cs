using System.Collections.Immutable;
using Acornima.Ast;
using Jint;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>A tenant's provider scripts, joined by newlines and parsed once. Immutable and safe to share among runs.</summary>
internal static class PreparedProviders
{
    /// <summary>Characters of all scripts of a tenant together; parsing cannot be interrupted, so its input is bounded.</summary>
    public static readonly int SourceLength = ScriptLimits.For(ScriptLimits.LongestTime).SourceLength;

    /// <summary>How the scripts are called in stack traces.</summary>
    public const string SourceName = "providers.js";


    // No regex timeout here: left open, it is the running engine's own limit that counts, for literals and for patterns built at run time.
    // Compiled regexes would be generated code nobody ever unloads, so they stay interpreted.
    private static readonly ScriptPreparationOptions Options = new()
    {
        ParsingOptions = new ScriptParsingOptions { AllowReturnOutsideFunction = false, CompileRegex = false, Tolerant = false },
    };

    private static readonly ScriptPreparationOptions OptionsWithNames = Options with { CollectReferencedGlobals = true };

    /// <summary>Parses the scripts as one.</summary>
    /// <param name="sources">The scripts in their order.</param>
    /// <param name="collectNames">True to learn which undeclared names they use.</param>
    /// <exception cref="ScriptPreparationException">Syntax error, or nested more deeply than the parser allows.</exception>
    /// <exception cref="InsufficientExecutionStackException">Nested more deeply than the thread's stack allows.</exception>
    public static Prepared<Script> Parse(ImmutableArray<string> sources, bool collectNames = false)
    {
        var source = sources.Length == 1 ? sources[0] : string.Join('\n', sources);
        if (source.Length > SourceLength)
        {
            var message = $"The provider scripts are {source.Length} characters long; {SourceLength} are allowed for one tenant.";
            throw new ScriptPreparationException(message, new InvalidDataException(message));
        }

        var prepared = Engine.PrepareScript(source, SourceName, strict: false, collectNames ? OptionsWithNames : Options);
        var refused = SourceNesting.TooDeep(prepared.Program!) is { } deep ? new SourceRefusedException(deep, SourceNesting.Advice)
            : SourceTemplates.TooLong(prepared.Program!) is { } template ? new SourceRefusedException(template, SourceTemplates.Advice)
            : null;
        return refused is null ? prepared : throw new ScriptPreparationException(refused.Message, refused);
    }
}
