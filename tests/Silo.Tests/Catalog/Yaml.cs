using System.Text;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Silo.Catalog;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Catalog;

/// <summary>Translates texts the way files are translated.</summary>
internal static class Yaml
{
    /// <summary>The least a tenant needs.</summary>
    public const string SmallTenant = "name: acme\nconfig:\n  hosts: [login.acme.test]\n  providers: []\n";

    /// <summary>The least a client needs.</summary>
    public const string SmallClient =
        "name: shop\nconfig:\n  ident: 5D0F5A52-0A5B-4B8D-9C5E-6D1E5B7C2A10\n  tenantname: acme\n  redirect_urls: ['https://shop\\.acme\\.test/.*']\n";

    public static SourceChange Change(EntityKind kind, string text, string source = "a.yaml") =>
        EntityFile.Translate(kind, source, Encoding.UTF8.GetBytes(text));

    public static TenantEntry Tenant(string text)
    {
        var change = Change(EntityKind.Tenant, text);
        Assert.True(change is SourceChange.ToTenant, string.Join('\n', change.Problems));
        return ((SourceChange.ToTenant)change).Entry;
    }

    public static ClientEntry Client(string text)
    {
        var change = Change(EntityKind.Client, text);
        Assert.True(change is SourceChange.ToClient, string.Join('\n', change.Problems));
        return ((SourceChange.ToClient)change).Entry;
    }

    /// <summary>All problems of a tenant that has these lines below <c>config</c> besides hosts and providers.</summary>
    public static IReadOnlyList<ConfigurationProblem> TenantProblems(string lines) => Change(EntityKind.Tenant, SmallTenant + Indent(lines)).Problems;

    /// <summary>A tenant that has these lines below <c>config</c> besides hosts and providers.</summary>
    public static TenantEntry TenantWith(string lines) => Tenant(SmallTenant + Indent(lines));

    /// <summary>All problems of a client that has these lines below <c>config</c> besides what it needs.</summary>
    public static IReadOnlyList<ConfigurationProblem> ClientProblems(string lines) => Change(EntityKind.Client, SmallClient + Indent(lines)).Problems;

    /// <summary>A client that has these lines below <c>config</c> besides what it needs.</summary>
    public static ClientEntry ClientWith(string lines) => Client(SmallClient + Indent(lines));

    private static string Indent(string lines) => string.Concat(lines.Split('\n').Select(static line => $"  {line}\n"));
}
