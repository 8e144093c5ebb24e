using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HandlebarsDotNet;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>
/// Compiles templates, each text once. Includes are put in place before (<see cref="Theme"/>), so the engine knows no partials; its
/// helpers are the contract's tags (configuration.md §4.4), and what they return is escaped like any value.
/// </summary>
internal sealed class TemplateEngine
{
    /// <summary>What may stand first in a tag with arguments.</summary>
    public static readonly FrozenSet<string> HelperNames =
        FrozenSet.ToFrozenSet(["t", "isnotempty", "join", "urlencode", "asset", "lookup"], StringComparer.Ordinal);

    private const int MaxCompiled = 2000;
    private const int MaxJoined = 16 * 1024;

    private readonly IHandlebars _handlebars = Handlebars.Create(
        new HandlebarsConfiguration { NoEscape = false, FormatProvider = CultureInfo.InvariantCulture });

    private readonly ConcurrentDictionary<string, Lazy<HandlebarsTemplate<TextWriter, object, object>>> _compiled = new(StringComparer.Ordinal);

    /// <summary>Registers the helpers.</summary>
    public TemplateEngine()
    {
        Register("t", Translate);
        Register("isnotempty", static (_, arguments) =>
            arguments.Length == 2 && arguments[0] is string { Length: > 0 } ? arguments[1] : "");
        Register("join", static (_, arguments) => Join(arguments));
        Register("urlencode", static (_, arguments) => Uri.EscapeDataString(Text(arguments.Length == 0 ? null : arguments[0])));
        Register("asset", static (view, arguments) => view.AssetUrl(Text(arguments.Length == 0 ? null : arguments[0])));
    }

    /// <summary>Compiles a template, or finds it compiled.</summary>
    /// <param name="text">The template, without includes, seen by <see cref="TemplateScan"/>.</param>
    /// <exception cref="HandlebarsException">The engine does not understand it.</exception>
    public HandlebarsTemplate<TextWriter, object, object> Compile(string text)
    {
        if (_compiled.Count > MaxCompiled)
        {
            _compiled.Clear();
        }

        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return _compiled.GetOrAdd(hash, static (_, compile) => new(compile), () => CompileNow(text)).Value;
    }

    private HandlebarsTemplate<TextWriter, object, object> CompileNow(string text)
    {
        lock (_handlebars)
        {
            using var reader = new StringReader(text);
            return _handlebars.Compile(reader);
        }
    }

    private void Register(string name, Func<PageView, Arguments, object?> helper) => _handlebars.RegisterHelper(
        name,
        (in HelperOptions options, in Context _, in Arguments arguments) =>
            options.Data["root"] is PageView view ? helper(view, arguments) ?? "" : "");

    // {{t "ERROR.STATUS" status}}: the arguments joined by dots are the key.
    private static string Translate(PageView view, Arguments arguments) =>
        view.Translate(arguments.Length == 1 ? Text(arguments[0]) : string.Join('.', arguments.Select(Text)));

    private static string Join(Arguments arguments)
    {
        if (arguments.Length != 2 || arguments[1] is not BudgetedList list)
        {
            return "";
        }

        var joined = string.Join(Text(arguments[0]), list.Select(Text));
        return joined.Length <= MaxJoined ? joined : throw new RenderLimitException("a joined list is too long");
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
