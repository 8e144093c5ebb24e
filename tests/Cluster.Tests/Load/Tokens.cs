namespace Uitsmijter.Actors.Cluster.Tests.Load;

/// <summary>What a client holds for a person.</summary>
/// <param name="Access">The access token.</param>
/// <param name="Refresh">The refresh token.</param>
/// <param name="Label">Label of the access token.</param>
/// <param name="RefreshLabel">Label of the refresh token.</param>
/// <param name="Grant">Label of the grant.</param>
/// <param name="Key">Id of the key it was signed with.</param>
/// <param name="Client">The client.</param>
internal sealed record Tokens(string Access, string? Refresh, string Label, string? RefreshLabel, string Grant, string Key, string Client);
