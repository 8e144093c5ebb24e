using System.Diagnostics;
using System.Globalization;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>What tests start must not outlive them: a proxy or server left behind by a failed start holds ports and processor time of the next test.</summary>
public sealed class ChildProcesses
{
    [Fact]
    public async Task a_program_that_never_listens_is_ended_with_the_wait()
    {
        var directory = Directory.CreateTempSubdirectory("uitsmijter-child-").FullName;

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => ChildProcess.Start(
            "sh", ["-c", "echo $$; exec sleep 600"], directory, Ports.Free(1)[0], patience: TimeSpan.FromSeconds(1)));

        var id = int.Parse(failure.Message.Split('\n')[1], CultureInfo.InvariantCulture);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(id));
        Assert.False(Directory.Exists(directory));
    }
}
