using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Cluster.Tests.Processes;

/// <summary>One process of the cluster; after a restart it is the same member in a new process.</summary>
/// <param name="Name">Its name in the history and at the switchboard.</param>
/// <param name="Clock">File with the offset of its wall clock in milliseconds.</param>
internal sealed record Member(string Name, string Clock)
{
    /// <summary>The process; null while there is none.</summary>
    public ChildProcess? Process { get; set; }

    /// <summary>Folder with the programs it runs from its next start on.</summary>
    public string Build { get; set; } = TestCluster.ThisBuild;

    /// <summary>Environment of this member alone, from its next start on.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>Whether it should run: then it is started again when it ends by itself.</summary>
    public bool IsWanted { get; set; }

    /// <summary>Address of its management port.</summary>
    public required Uri Management { get; set; }

    /// <summary>What its former processes printed.</summary>
    public string Past { get; set; } = "";

    /// <summary>Everything it has printed.</summary>
    public string Output => Past + Process?.Output;
}
