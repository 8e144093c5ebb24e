using System.Security.Cryptography;
using System.Text;
using Jint.Native;
using Jint.Runtime;
using Microsoft.Extensions.Logging;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>Writes a script's own lines to the log: bounded, on one line each, without its credentials.</summary>
internal sealed partial class ScriptConsole(ILogger log, ScriptLimits limits, Redaction redaction)
{
    private int _lines;
    private string? _context;

    /// <summary>Tells the lines of this run from those of others; most runs write none.</summary>
    private string Context => _context ??= Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    /// <summary>Writes the arguments as text, joined by a blank. Returns null as scripts expect.</summary>
    public JsValue Write(LogLevel level, JsValue[] arguments)
    {
        if (_lines > limits.LogLines)
        {
            return JsValue.Null;
        }

        if (_lines++ == limits.LogLines)
        {
            Line(LogLevel.Warning, Context, "further lines of this run are left out");
            return JsValue.Null;
        }

        // Turning an argument into text may run the script's own code, so it happens whatever the log level.
        var text = new StringBuilder();
        foreach (var argument in arguments)
        {
            var part = Text(argument);
            if (text.Length + part.Length > limits.StringLength)
            {
                throw GuardedBuiltIns.TooLong(limits.StringLength);
            }

            text.Append(text.Length > 0 ? " " : "").Append(part);
        }

        Remark(level, text.ToString());
        return JsValue.Null;
    }

    /// <summary>Writes a remark of ours among the script's lines.</summary>
    public void Remark(LogLevel level, string text)
    {
        if (log.IsEnabled(level))
        {
            var line = redaction.Clean(text, limits.LogLineLength);
            Line(level, Context, line);
        }
    }

    private static string Text(JsValue value) => value is JsSymbol ? value.ToString() : TypeConverter.ToString(value);

    // EventId and name stay, the prefix is what users search for (contract configuration.md §3.5).
    [LoggerMessage(EventId = 2101, EventName = "ScriptConsole", Message = "|js|{Context}: {Text}")]
    private partial void Line(LogLevel level, string context, string text);
}
