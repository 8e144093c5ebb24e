using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Lines of the properties that can collide with other entities, for problems found long after the file was read; 0 is unknown.</summary>
/// <param name="Name">Line of the name.</param>
/// <param name="Hosts">Line of the hosts.</param>
/// <param name="Ident">Line of the ident.</param>
/// <param name="TenantName">Line of the tenant's name.</param>
public readonly record struct EntityLines(int Name, int Hosts, int Ident, int TenantName)
{
    /// <summary>The lines in a document of a file.</summary>
    /// <param name="root">The document.</param>
    public static EntityLines Of(ConfigurationNode root)
    {
        var document = root as ConfigurationNode.Mapping;
        var body = document?.Find(ConfigurationKeys.Config) as ConfigurationNode.Mapping;
        return new EntityLines(
            LineOf(document, ConfigurationKeys.Name),
            LineOf(body, ConfigurationKeys.Hosts),
            LineOf(body, ConfigurationKeys.Ident),
            LineOf(body, ConfigurationKeys.TenantName));
    }

    private static int LineOf(ConfigurationNode.Mapping? mapping, string key) => mapping?.Find(key)?.Line ?? 0;
}
