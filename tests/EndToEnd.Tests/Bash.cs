using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>A shell that stays open, as a person's does: what a block sets, the next one has.</summary>
internal sealed class Bash : IAsyncDisposable
{
    private const string End = "end-of-these-commands";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    /// <summary>Starts it.</summary>
    /// <param name="directory">Where it works.</param>
    /// <param name="home">What <c>~</c> is.</param>
    public Bash(string directory, string home)
    {
        _process = Process.Start(new ProcessStartInfo("/bin/bash", ["--noprofile", "--norc"])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["HOME"] = home },
        })!;
        _process.StandardInput.Write("exec 2>&1\n");
    }

    /// <summary>Runs commands and waits for their end; the last one must not fail.</summary>
    /// <param name="commands">The commands.</param>
    /// <returns>What they printed, problems included.</returns>
    public async Task<string> Run(string commands)
    {
        using var patience = new CancellationTokenSource(_patience);
        await _process.StandardInput.WriteAsync($"{commands}\nprintf '\\n{End} %s\\n' $?\n".AsMemory(), patience.Token);
        await _process.StandardInput.FlushAsync(patience.Token);
        var printed = new StringBuilder();
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith(End, StringComparison.Ordinal))
            {
                var code = int.Parse(line[End.Length..], CultureInfo.InvariantCulture);
                Assert.True(code == 0, $"{commands}\nended with {code}:\n{printed}");
                return printed.ToString();
            }

            printed.Append(line).Append('\n');
        }

        throw new InvalidOperationException($"The shell ended in\n{commands}\n{printed}");
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
