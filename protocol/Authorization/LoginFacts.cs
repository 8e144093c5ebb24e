namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>What is known of the person at the authorization endpoint.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="AuthTime">When the person logged in.</param>
/// <param name="IsFresh">True when the login happened for this very request.</param>
/// <param name="Acr">Authentication context of the login, or null where the provider named none or nobody asked.</param>
/// <param name="HasWaited">
/// True when the person was asked something since: the question may have been open for an hour, so the age of the login counts again, however fresh it was then.
/// </param>
public sealed record LoginFacts(string Subject, DateTimeOffset AuthTime, bool IsFresh, string? Acr = null, bool HasWaited = false);
