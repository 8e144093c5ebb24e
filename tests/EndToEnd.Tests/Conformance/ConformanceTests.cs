namespace Uitsmijter.Actors.EndToEnd.Tests.Conformance;

/// <summary>What the modules share: the server, and the response modes of the plans Basic and Form Post Basic.</summary>
/// <param name="worlds">The servers.</param>
public abstract class ConformanceTests(Worlds worlds)
{
    /// <summary>One for each plan that has the modules of Basic.</summary>
    public static TheoryData<string> Plans => ["query", "form_post"];

    /// <summary>The server.</summary>
    private protected Task<World> World => worlds.Embedded;

    /// <summary>A relying party.</summary>
    private protected async Task<Party> Party(string mode, string clientId = Certification.First) => await Conformance.Party.Of(await World, mode, clientId);

    /// <summary>Waits until the clock shows another second than a login's: times in tokens are whole seconds.</summary>
    /// <param name="login">The login.</param>
    /// <param name="seconds">How many seconds it is to be past.</param>
    private protected static async Task IsPast(Login login, int seconds = 1)
    {
        while (DateTimeOffset.UtcNow.ToUnixTimeSeconds() < login.AuthTime + seconds)
        {
            await Task.Delay(50);
        }
    }
}
