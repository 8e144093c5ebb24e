using System.Text;
using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Devices;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Sessions;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>
/// Gives every POST form of ours the hidden field that carries the anti-forgery value and the sealed return target, where the
/// template's author did not. A form that posts elsewhere never gets it.
/// </summary>
internal static class FormTickets
{
    private const string Field = "<input type=\"hidden\" name=\"" + FieldNames.Ticket + "\" value=\"{{@root.ticket}}\">";
    private const string ServiceUrl = "{{serviceUrl}}";

    private static readonly string[] OurPaths = [LoginEndpoint.Path, LogoutEndpoint.Path, LogoutEndpoint.FinalPath, ActivateEndpoint.Path, ConsentEndpoint.Path, AccountEndpoint.Path];

    /// <summary>Adds the field.</summary>
    /// <param name="template">A template with all its includes in place.</param>
    public static string Add(string template)
    {
        var result = new StringBuilder(template.Length + 200);
        var copied = 0;
        for (var at = NextForm(template, 0); at >= 0; at = NextForm(template, copied))
        {
            var end = EndOfTag(template, at);
            if (end < 0)
            {
                break;
            }

            result.Append(template, copied, end - copied);
            copied = end;
            if (IsOurs(template[at..end]) && !HasField(template, end))
            {
                result.Append(Field);
            }
        }

        return result.Append(template, copied, template.Length - copied).ToString();
    }

    private static int NextForm(string template, int from)
    {
        for (var at = template.IndexOf("<form", from, StringComparison.OrdinalIgnoreCase); at >= 0;
             at = template.IndexOf("<form", at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (at + 5 < template.Length && (char.IsWhiteSpace(template[at + 5]) || template[at + 5] == '>'))
            {
                return at;
            }
        }

        return -1;
    }

    // A '>' inside quotes or inside braces does not end the tag.
    private static int EndOfTag(string template, int from)
    {
        var quote = '\0';
        for (var i = from; i < template.Length; i++)
        {
            if (template.AsSpan(i).StartsWith("{{", StringComparison.Ordinal))
            {
                i = template.IndexOf("}}", i, StringComparison.Ordinal) + 1;
                if (i <= 0)
                {
                    return -1;
                }
            }
            else if (quote == '\0' && template[i] == '>')
            {
                return i + 1;
            }
            else if (quote == '\0' ? template[i] is '"' or '\'' : template[i] == quote)
            {
                quote = quote == '\0' ? template[i] : '\0';
            }
        }

        return -1;
    }

    private static bool IsOurs(string tag)
    {
        if (!string.Equals(Attribute(tag, "method"), "post", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var action = Attribute(tag, "action");
        if (string.IsNullOrEmpty(action))
        {
            return true;
        }

        var path = action.StartsWith(ServiceUrl, StringComparison.Ordinal) ? action[ServiceUrl.Length..] : action;
        path = path.IndexOfAny(['?', '#']) is var end and >= 0 ? path[..end] : path;
        return OurPaths.Contains(path.StartsWith('/') ? path : "/" + path, StringComparer.Ordinal);
    }

    private static bool HasField(string template, int from)
    {
        var end = template.IndexOf("</form", from, StringComparison.OrdinalIgnoreCase);
        var form = end < 0 ? template.AsSpan(from) : template.AsSpan(from, end - from);
        return form.Contains($"name=\"{FieldNames.Ticket}\"", StringComparison.OrdinalIgnoreCase) ||
            form.Contains($"name='{FieldNames.Ticket}'", StringComparison.OrdinalIgnoreCase) ||
            form.Contains($"name={FieldNames.Ticket} ", StringComparison.OrdinalIgnoreCase);
    }

    private static string? Attribute(string tag, string name)
    {
        for (var at = tag.IndexOf(name, StringComparison.OrdinalIgnoreCase); at > 0;
             at = tag.IndexOf(name, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var rest = tag.AsSpan(at + name.Length).TrimStart();
            if (!char.IsWhiteSpace(tag[at - 1]) || rest is not ['=', ..])
            {
                continue;
            }

            rest = rest[1..].TrimStart();
            var end = rest is ['"' or '\'', ..] ? rest[1..].IndexOf(rest[0]) : rest.IndexOfAny(" \t\r\n>");
            return rest is ['"' or '\'', ..] ? rest.Slice(1, Math.Max(0, end)).ToString() : rest[..Math.Max(0, end)].ToString();
        }

        return null;
    }
}
