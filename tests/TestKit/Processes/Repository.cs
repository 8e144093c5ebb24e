namespace Uitsmijter.Actors.TestKit.Processes;

/// <summary>Files of the repository that tests read: documentation and applications.</summary>
public static class Repository
{
    /// <summary>The folder with the solution file.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The text inside the n-th fenced block of a language in a documentation page.</summary>
    public static string Block(string page, string language, int index = 0)
    {
        var blocks = Blocks(page, language);
        return blocks.Length > index ? blocks[index] : throw new InvalidOperationException($"{page} has no {language} block number {index}.");
    }

    /// <summary>The texts inside all fenced blocks of a language in a documentation page.</summary>
    public static string[] Blocks(string page, string language) =>
        [.. File.ReadAllText(Path.Combine(Root, page)).Split("```" + language + "\n").Skip(1).Select(static part => part.Split("\n```")[0])];

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Uitsmijter.Actors.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
