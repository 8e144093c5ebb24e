namespace Uitsmijter.Actors.Cluster.Tests.Histories;

/// <summary>What was asked of the cluster.</summary>
internal enum OperationKind
{
    /// <summary>Name and password, for a login cookie.</summary>
    LogIn,

    /// <summary>Forward-auth with a login cookie.</summary>
    Ask,

    /// <summary>Forward-auth of somebody who never logged in, or with a cookie nobody signed.</summary>
    AskAsStranger,

    /// <summary>An authorization code for a login cookie.</summary>
    Authorize,

    /// <summary>An authorization code for tokens.</summary>
    Redeem,

    /// <summary>A refresh token for tokens.</summary>
    Refresh,

    /// <summary>The person's page of an access token: is it good here and now?</summary>
    UserInfo,

    /// <summary>The name of a pushed request for a code.</summary>
    UsePushed,

    /// <summary>A device code for tokens.</summary>
    Poll,

    /// <summary>The end of a session.</summary>
    LogOut,

    /// <summary>The end of a grant by its refresh token (RFC 7009).</summary>
    Revoke,

    /// <summary>A configuration file was written.</summary>
    Configure,

    /// <summary>The version of the configuration a gateway works by.</summary>
    ReadConfiguration,

    /// <summary>A tenant's next signing key.</summary>
    RotateKeys,
}
