using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>
/// Every problem a configuration can have. An identifier keeps its meaning for ever: people search for it, and scripts look for it. Adding one
/// means adding a paragraph to <c>docs/problems.md</c> (a test compares the two).
/// </summary>
public static class Problems
{
    /// <summary>The text is not YAML or JSON, or not UTF-8.</summary>
    public static ProblemKind NotReadable { get; } = Error("UA1001", "The file is not valid YAML");

    /// <summary>More than one YAML document in a file.</summary>
    public static ProblemKind SeveralDocuments { get; } = Error("UA1002", "Several documents in one file");

    /// <summary>No mapping at the top of the document.</summary>
    public static ProblemKind NotAMapping { get; } = Error("UA1003", "The document is empty or no mapping");

    /// <summary>The file exceeds the size limit.</summary>
    public static ProblemKind TooLarge { get; } = Error("UA1004", "The file is too large");

    /// <summary>The document exceeds the limits of depth or of expanded nodes.</summary>
    public static ProblemKind TooComplex { get; } = Error("UA1005", "The document is too deep or expands to too much");

    /// <summary>A Kubernetes resource in the folder for files.</summary>
    public static ProblemKind KubernetesForm { get; } = Error("UA1006", "A Kubernetes resource among the files");

    /// <summary>The operating system refuses to read the file.</summary>
    public static ProblemKind Unreadable { get; } = Error("UA1007", "The file cannot be read");

    /// <summary>The folder of tenants or clients is missing.</summary>
    public static ProblemKind FolderMissing { get; } = Warning("UA1008", "A configuration folder is missing");

    /// <summary>A key occurs twice in one mapping.</summary>
    public static ProblemKind DuplicateKey { get; } = Error("UA1009", "The same key twice");

    /// <summary>A required property is missing or empty.</summary>
    public static ProblemKind Missing { get; } = Error("UA1010", "A required property is missing");

    /// <summary>A property has another shape than it needs.</summary>
    public static ProblemKind WrongType { get; } = Error("UA1011", "A property has the wrong type");

    /// <summary>An unknown key that looks like a known one.</summary>
    public static ProblemKind UnknownKey { get; } = Warning("UA1012", "An unknown key that looks like a known one");

    /// <summary>A value outside what the property allows.</summary>
    public static ProblemKind BadValue { get; } = Error("UA1013", "A value is not allowed here");

    /// <summary>A host that no request could ever have.</summary>
    public static ProblemKind BadHost { get; } = Error("UA1020", "Not a host or host pattern");

    /// <summary>A signing algorithm nobody knows, or none for this purpose.</summary>
    public static ProblemKind UnknownAlgorithm { get; } = Error("UA1021", "Unknown signing algorithm");

    /// <summary>A provider that is an object instead of a script.</summary>
    public static ProblemKind ProviderObject { get; } = Error("UA1022", "A provider is an object");

    /// <summary>A provider that looks like a file name.</summary>
    public static ProblemKind ProviderFileName { get; } = Warning("UA1023", "A provider looks like a file name");

    /// <summary>An address that is none.</summary>
    public static ProblemKind BadUrl { get; } = Error("UA1024", "Not a usable URL");

    /// <summary>A footer link that is not shown.</summary>
    public static ProblemKind BadLink { get; } = Warning("UA1025", "A link is left out");

    /// <summary>A cookie domain that is none.</summary>
    public static ProblemKind BadCookieDomain { get; } = Error("UA1026", "Not a cookie domain");

    /// <summary>An identity header that may not be set.</summary>
    public static ProblemKind BadHeader { get; } = Error("UA1027", "An identity header is not allowed");

    /// <summary>A public path that is no path pattern.</summary>
    public static ProblemKind BadPublicPath { get; } = Error("UA1028", "Not a path pattern");

    /// <summary>A public path that opens the whole host.</summary>
    public static ProblemKind EverythingPublic { get; } = Warning("UA1029", "Public paths open everything");

    /// <summary>Shared-secret bearer tokens are accepted.</summary>
    public static ProblemKind SharedSecretBearer { get; } = Warning("UA1030", "Shared-secret bearer tokens are accepted");

    /// <summary>The cookie domain does not cover the login domain.</summary>
    public static ProblemKind CookieMissesLogin { get; } = Warning("UA1031", "The cookie does not reach the login page");

    /// <summary>An address a script may reach that is none.</summary>
    public static ProblemKind BadAllowedHost { get; } = Error("UA1032", "Not a host, address or range");

    /// <summary>No issuer can be derived.</summary>
    public static ProblemKind NoIssuer { get; } = Warning("UA1033", "The tenant has no issuer");

    /// <summary>A script the engine cannot read.</summary>
    public static ProblemKind BadScript { get; } = Error("UA1034", "A provider script has a syntax error");

    /// <summary>A script uses a name that exists nowhere.</summary>
    public static ProblemKind UndeclaredName { get; } = Warning("UA1035", "A provider script uses an undeclared name");

    /// <summary>An authentication context that could never be asked for, or none at all.</summary>
    public static ProblemKind BadContext { get; } = Error("UA1036", "Not an authentication context");

    /// <summary>A client id that is no UUID.</summary>
    public static ProblemKind BadIdent { get; } = Error("UA1040", "The client's ident is no UUID");

    /// <summary>A regular expression that is none.</summary>
    public static ProblemKind BadPattern { get; } = Warning("UA1041", "A pattern is no regular expression");

    /// <summary>A redirect pattern that matches more than its owner thinks.</summary>
    public static ProblemKind LoosePattern { get; } = Warning("UA1042", "A redirect pattern is loose");

    /// <summary>A grant type nobody knows.</summary>
    public static ProblemKind UnknownGrantType { get; } = Warning("UA1043", "Unknown grant type");

    /// <summary>Device grant settings and grant type do not go together.</summary>
    public static ProblemKind DeviceGrantIncomplete { get; } = Warning("UA1044", "The device grant is half configured");

    /// <summary>A client secret that can be guessed.</summary>
    public static ProblemKind WeakSecret { get; } = Warning("UA1045", "A short client secret");

    /// <summary>Public keys that cannot be used, or that are not public.</summary>
    public static ProblemKind BadKeys { get; } = Error("UA1046", "A client's keys cannot be used");

    /// <summary>What a client says about proving itself does not go together.</summary>
    public static ProblemKind AuthenticationContradicts { get; } = Error("UA1047", "Client authentication contradicts itself");

    /// <summary>A grant for clients that prove themselves, and the client cannot.</summary>
    public static ProblemKind GrantNeedsAuthentication { get; } = Error("UA1048", "A grant needs a client that can prove itself");

    /// <summary>Token exchange settings and grant type do not go together.</summary>
    public static ProblemKind ExchangeIncomplete { get; } = Error("UA1049", "Token exchange is half configured");

    /// <summary>A secret whose file or variable is not there.</summary>
    public static ProblemKind SecretMissing { get; } = Warning("UA1050", "A client secret is not where it should be");

    /// <summary>A host that belongs to another tenant.</summary>
    public static ProblemKind HostTaken { get; } = Error("UA1060", "A host belongs to another tenant");

    /// <summary>A tenant name used twice.</summary>
    public static ProblemKind TenantTaken { get; } = Error("UA1061", "The same tenant name twice");

    /// <summary>A client ident used twice.</summary>
    public static ProblemKind IdentTaken { get; } = Error("UA1062", "The same client ident twice");

    /// <summary>A client names a tenant that is not there.</summary>
    public static ProblemKind TenantMissing { get; } = Warning("UA1063", "The client's tenant is missing");

    /// <summary>A client names a tenant of another namespace without leave.</summary>
    public static ProblemKind NamespaceRefused { get; } = Error("UA1064", "The tenant does not accept clients of this namespace");

    /// <summary>Tenants whose cookies reach each other's hosts.</summary>
    public static ProblemKind CookieShared { get; } = Warning("UA1065", "Tenants share a cookie domain");

    /// <summary>All kinds in the order of their identifiers.</summary>
    public static ImmutableArray<ProblemKind> All { get; } =
    [
        NotReadable, SeveralDocuments, NotAMapping, TooLarge, TooComplex, KubernetesForm, Unreadable, FolderMissing, DuplicateKey,
        Missing, WrongType, UnknownKey, BadValue,
        BadHost, UnknownAlgorithm, ProviderObject, ProviderFileName, BadUrl, BadLink, BadCookieDomain, BadHeader, BadPublicPath,
        EverythingPublic, SharedSecretBearer, CookieMissesLogin, BadAllowedHost, NoIssuer, BadScript, UndeclaredName, BadContext,
        BadIdent, BadPattern, LoosePattern, UnknownGrantType, DeviceGrantIncomplete, WeakSecret,
        BadKeys, AuthenticationContradicts, GrantNeedsAuthentication, ExchangeIncomplete, SecretMissing,
        HostTaken, TenantTaken, IdentTaken, TenantMissing, NamespaceRefused, CookieShared,
    ];

    private static ProblemKind Error(string id, string title) => new(id, ProblemSeverity.Error, title);

    private static ProblemKind Warning(string id, string title) => new(id, ProblemSeverity.Warning, title);
}
