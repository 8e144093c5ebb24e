using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Contract.Tests.Hosting;

/// <summary>The tool of the tests that deletes: it refuses what is not its own before it starts anything.</summary>
public sealed class ChildProcessTests
{
    /// <summary>Folders with more in them than one process.</summary>
    public static TheoryData<string> Shared => [Path.GetTempPath(), Path.TrimEndingDirectorySeparator(Path.GetTempPath()), "/", Repository.Root, AppContext.BaseDirectory];

    [Theory, MemberData(nameof(Shared))]
    public async Task a_process_gets_no_folder_that_others_use_because_it_is_deleted_with_it(string folder) =>
        await Assert.ThrowsAsync<ArgumentException>(() => ChildProcess.Start("/no/such/program", [], folder, port: 1));
}
