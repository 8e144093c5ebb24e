namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>What became of checking a login cookie.</summary>
internal abstract record SsoCookieVerdict
{
    private SsoCookieVerdict()
    {
    }

    /// <summary>Ours, of this tenant, and not expired. Whether its session was revoked is the caller's question.</summary>
    /// <param name="Claims">What it says.</param>
    internal sealed record Valid(SsoClaims Claims) : SsoCookieVerdict;

    /// <summary>Counts as no cookie at all.</summary>
    /// <param name="Problem">Why, for metrics and tests; never told to the sender.</param>
    internal sealed record Invalid(SsoCookieProblem Problem) : SsoCookieVerdict;
}

/// <summary>Why a login cookie is not one.</summary>
internal enum SsoCookieProblem
{
    /// <summary>Too long, not three parts, or not base64url.</summary>
    Malformed,

    /// <summary>Another header than the one we write: other algorithm, other type, or parameters we never use (RFC 8725 §3.1, §3.11).</summary>
    Header,

    /// <summary>Signed by no cookie key of this tenant; also the cookie of another tenant.</summary>
    Signature,

    /// <summary>A claim is missing, doubled, or of a wrong kind.</summary>
    Claims,

    /// <summary>Made for another tenant or another purpose.</summary>
    Audience,

    /// <summary>From the future.</summary>
    NotYetValid,

    /// <summary>Past its end.</summary>
    Expired,
}
