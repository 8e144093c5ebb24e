namespace Uitsmijter.Actors.Benchmarks.OAuth;

/// <summary>What is measured: one is one unit of the table's cost.</summary>
internal enum Operation
{
    /// <summary>A request for a code with PKCE by a logged-in person, and its exchange for tokens.</summary>
    Cycle,

    /// <summary>A refresh token for its successor.</summary>
    Refresh,

    /// <summary>Tokens of a client for itself.</summary>
    ClientCredentials,

    /// <summary>Whether an access token is good.</summary>
    Introspection,

    /// <summary>A person nobody knows at the authorization endpoint, the form, name and password, and back to the client with a code.</summary>
    Login,
}
