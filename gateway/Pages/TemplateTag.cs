namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>What a pair of double braces is.</summary>
internal enum TemplateTagKind
{
    /// <summary>A value or a helper's answer.</summary>
    Value,

    /// <summary><c>{{#if …}}</c> and its kind.</summary>
    Open,

    /// <summary><c>{{else}}</c>, <c>{{^}}</c>.</summary>
    Else,

    /// <summary><c>{{/if}}</c>.</summary>
    Close,

    /// <summary><c>{{> name}}</c>.</summary>
    Include,

    /// <summary><c>{{! … }}</c>.</summary>
    Comment,
}

/// <summary>One tag of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Index of its first brace.</param>
/// <param name="End">Index after its last brace.</param>
/// <param name="Body">What it says, without braces, tildes, sign and outer blanks.</param>
internal readonly record struct TemplateTag(TemplateTagKind Kind, int Start, int End, string Body);
