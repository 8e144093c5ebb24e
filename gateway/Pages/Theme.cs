using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using HandlebarsDotNet;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>
/// One look: layers of template files, the tenant's above the operator's above the embedded ones. A page and an include come from the
/// highest layer that has them. Where that makes no working page, the layer is left out for this page and one log line says why.
/// </summary>
internal sealed class Theme
{
    private const int MaxIncludeDepth = 4;

    private readonly ImmutableArray<FrozenDictionary<string, string>> _layers;
    private readonly TemplateEngine _engine;
    private readonly Action<PageName, string> _broken;
    private readonly Lazy<PageTemplate>[] _pages;

    /// <summary>Stacks the layers; pages are compiled when first asked for.</summary>
    /// <param name="layers">Highest first; the last one, embedded, works.</param>
    /// <param name="engine">Compiles.</param>
    /// <param name="broken">Told about a page that does not work, and why.</param>
    public Theme(ImmutableArray<FrozenDictionary<string, string>> layers, TemplateEngine engine, Action<PageName, string> broken)
    {
        (_layers, _engine, _broken) = (layers, engine, broken);
        _pages = [.. Enum.GetValues<PageName>().Select(page => new Lazy<PageTemplate>(() => Build(page)))];
    }

    /// <summary>The working template of a page.</summary>
    public PageTemplate this[PageName page] => _pages[(int)page].Value;

    private PageTemplate Build(PageName page)
    {
        for (var top = 0; top < _layers.Length - 1; top++)
        {
            if (Try(page, _layers[top..], out var template) is not { } problem)
            {
                return template!;
            }

            _broken(page, problem);
        }

        return Try(page, _layers[^1..], out var shipped) is { } defect
            ? throw new InvalidOperationException($"The embedded page '{page}' is broken: {defect}")
            : shipped!;
    }

    private string? Try(PageName page, ImmutableArray<FrozenDictionary<string, string>> layers, out PageTemplate? template)
    {
        template = null;
        var text = new StringBuilder();
        if (Include(FileName(page), layers, 0, text) is { } problem || (problem = TemplateScan.Read(text.ToString(), out _)) is not null)
        {
            return problem;
        }

        try
        {
            template = new(_engine.Compile(FormTickets.Add(text.ToString())), IsShipped: layers.Length == 1);
            TemplateTrial.Run(page, template);
            return null;
        }
        catch (Exception failure) when (PageRenderer.IsAuthorsMistake(failure))
        {
            return failure.Message.Split('\n')[0];
        }
    }

    private static string? Include(
        string name, ImmutableArray<FrozenDictionary<string, string>> layers, int depth, StringBuilder text)
    {
        if (depth > MaxIncludeDepth)
        {
            return $"includes are nested deeper than {MaxIncludeDepth}, perhaps '{name}' includes itself";
        }

        if (layers.Select(layer => layer.GetValueOrDefault(name)).FirstOrDefault(found => found is not null) is not { } source)
        {
            return $"there is no template '{name}' to include";
        }

        if (TemplateScan.Read(source, out var tags) is { } problem)
        {
            return $"{name}.hbs, {problem}";
        }

        var copied = 0;
        foreach (var tag in tags.Where(tag => tag.Kind == TemplateTagKind.Include))
        {
            text.Append(source, copied, tag.Start - copied);
            copied = tag.End;
            if (Include(tag.Body, layers, depth + 1, text) is { } inner)
            {
                return inner;
            }

            if (text.Length > PageWriter.MaxLength)
            {
                return "with its includes the page is too long";
            }
        }

        text.Append(source, copied, source.Length - copied);
        return null;
    }

    private static string FileName(PageName page) => page switch
    {
        PageName.Index => "index",
        PageName.Login => "login",
        PageName.Logout => "logout",
        PageName.FormPost => "formpost",
        PageName.Activate => "activate",
        PageName.Consent => "consent",
        PageName.Account => "account",
        _ => "error",
    };
}

/// <summary>A compiled page.</summary>
/// <param name="Run">Writes it.</param>
/// <param name="IsShipped">Whether it is the embedded one.</param>
internal sealed record PageTemplate(HandlebarsTemplate<TextWriter, object, object> Run, bool IsShipped)
{
    /// <summary>Renders the page.</summary>
    /// <exception cref="RenderLimitException">It costs too much.</exception>
    /// <exception cref="HandlebarsException">It does not work with this view.</exception>
    public PageWriter Render(PageView view)
    {
        if (IsShipped)
        {
            view.Budget.TakeYourTime();
        }

        var writer = new PageWriter();
        Run(writer, view, null!);
        return writer;
    }
}
