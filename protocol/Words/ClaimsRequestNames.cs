namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Members of the parameter <c>claims</c> (OpenID Connect Core §5.5).</summary>
internal static class ClaimsRequestNames
{
    /// <summary>Claims wanted from the UserInfo endpoint.</summary>
    internal const string UserInfo = "userinfo";

    /// <summary>Claims wanted in the ID token.</summary>
    internal const string IdToken = "id_token";

    /// <summary>Whether the client cannot do without (§5.5.1).</summary>
    internal const string Essential = "essential";

    /// <summary>The one value the claim shall have (§5.5.1).</summary>
    internal const string Value = "value";

    /// <summary>Values the claim may have, in order of preference (§5.5.1).</summary>
    internal const string Values = "values";
}
