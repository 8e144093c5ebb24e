using System.Buffers.Text;
using System.Text;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>Tenants and sessions a test starts from and changes where it means to.</summary>
internal static class Some
{
    public const string JwtSecret = "a-secret-that-is-shared-with-applications";

    public static readonly TimeSpan CookieLife = TimeSpan.FromDays(7);

    /// <summary>HS256, login on a host of its own, one configured identity header, one public folder.</summary>
    public static Tenant Cheese { get; } = new()
    {
        Name = "cheese/cheese",
        Hosts = ["cookbooks.example.com", "goat.example.com"],
        Interceptor = new InterceptorSettings
        {
            Domain = "login.example.com",
            Cookie = ".example.com",
            Headers = [new IdentityHeader("X-User-Email", "profile.email"), new IdentityHeader("X-User-Role", "role")],
            PublicPaths = ["/public/**"],
        },
    };

    public static Tenant Egg { get; } = new() { Name = "egg/egg", Hosts = ["*.egg.example.com"], Interceptor = new InterceptorSettings { Domain = "login.example.com", Cookie = ".example.com" } };

    public static Tenant Ham { get; } = new()
    {
        Name = "ham/ham",
        Hosts = ["page.ham.test", "shop.ham.test"],
        SilentLogin = false,
        Algorithm = SigningAlgorithm.ES256,
        Interceptor = new InterceptorSettings { Domain = "id.ham.test", Cookie = ".ham.test" },
    };

    public static Tenant Pepper { get; } = new() { Name = "pepper/pepper", Hosts = ["pepper.example.com"], Interceptor = new InterceptorSettings { Enabled = false } };

    /// <summary>No <c>interceptor</c> block at all.</summary>
    public static Tenant Plain { get; } = new() { Name = "plain", Hosts = ["127.0.0.1", "localhost"] };

    public static Tenant[] Everybody => [Cheese, Egg, Ham, Pepper, Plain];

    public static Session Session(Tenant tenant, string host = "", DateTimeOffset? authTime = null) => new()
    {
        Sid = "sid-" + tenant.Name,
        Tenant = tenant.Name,
        Subject = "subject-of-ada",
        User = "ada@example.com",
        Role = "user",
        ProfileJson = """{"name":"Ada Lovelace","email":"ada@example.com","city":"Köln","groups":["a","b"]}""",
        Mode = "interceptor",
        Responsibility = ResponsibilityRules.Of(tenant, host),
        AuthTime = authTime ?? The.Instant,
        ExpiresAt = The.Instant.AddDays(30),
    };

    public static string Base64Url(string text) => Base64Url(Encoding.UTF8.GetBytes(text));

    public static string Base64Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    public static string Text(string base64Url) => Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(base64Url));
}
