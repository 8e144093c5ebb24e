namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>The words provider scripts use to talk to us (contract configuration.md §3). Existing users' scripts depend on every one.</summary>
internal static class HostFunctionNames
{
    /// <summary>The class asked at a login.</summary>
    public const string LoginClass = "UserLoginProvider";

    /// <summary>The class asked whether a user may stay.</summary>
    public const string ValidationClass = "UserValidationProvider";

    /// <summary>Reports that the script is done.</summary>
    public const string Commit = "commit";

    /// <summary>Calls a web service.</summary>
    public const string Fetch = "fetch";

    /// <summary>MD5 as lower-case hex.</summary>
    public const string Md5 = "md5";

    /// <summary>SHA-256 as lower-case hex.</summary>
    public const string Sha256 = "sha256";

    /// <summary>The same as <c>console.log</c>.</summary>
    public const string Say = "say";

    /// <summary>The object with the logging functions.</summary>
    public const string Console = "console";

    /// <summary>All global names we add.</summary>
    public static readonly string[] All = [Commit, Fetch, Md5, Sha256, Say, Console];
}
