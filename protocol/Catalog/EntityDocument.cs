using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Translates the documents of files: <c>name</c> and <c>config</c> at the top (configuration.md §1.1).</summary>
public static class EntityDocument
{
    /// <summary>The tenant a file describes.</summary>
    /// <param name="source">The file, for problems and as the entity's origin.</param>
    /// <param name="root">The document.</param>
    public static Translation<TenantEntry> ToTenant(string source, ConfigurationNode root) => Translate(source, root, TenantTranslation.Read);

    /// <summary>The client a file describes.</summary>
    /// <param name="source">The file, for problems and as the entity's origin.</param>
    /// <param name="root">The document.</param>
    public static Translation<ClientEntry> ToClient(string source, ConfigurationNode root) => Translate(source, root, ClientTranslation.Read);

    private static Translation<T> Translate<T>(string source, ConfigurationNode root, Func<MappingReader, string, T?> read)
        where T : class
    {
        var problems = new ProblemList(source);
        if (root is not ConfigurationNode.Mapping mapping || mapping.Entries.IsEmpty)
        {
            problems.Add(Problems.NotAMapping, root.Line, "", "the file must begin with the keys name and config.");
            return new Translation<T>(null, problems.ToImmutable());
        }

        if (IsKubernetesForm(mapping))
        {
            problems.Add(
                Problems.KubernetesForm,
                mapping.Line,
                "",
                "this is a Kubernetes resource: apply it to a cluster, or rewrite it for this folder with name (from metadata.name) and config (from spec) at the top.");
            return new Translation<T>(null, problems.ToImmutable());
        }

        var document = new MappingReader(mapping, "", problems);
        var name = document.RequiredText(ConfigurationKeys.Name);
        var body = document.Block(ConfigurationKeys.Config);
        if (body is null && !document.Has(ConfigurationKeys.Config))
        {
            document.Add(Problems.Missing, ConfigurationKeys.Config, "is required: put the properties under config.");
        }

        if (name.Any(char.IsControl))
        {
            document.Add(Problems.BadValue, ConfigurationKeys.Name, "must be a name on one line.");
        }

        document.Finish((ConfigurationKeys.Spec, ConfigurationKeys.Config), (ConfigurationKeys.Metadata, ConfigurationKeys.Name));
        var entity = body is null ? null : read(body, name);
        return new Translation<T>(problems.HasErrors ? null : entity, problems.ToImmutable());
    }

    private static bool IsKubernetesForm(ConfigurationNode.Mapping root) =>
        root.Find(ConfigurationKeys.ApiVersion) is not null
        || (root.Find(ConfigurationKeys.Metadata) is not null && (root.Find(ConfigurationKeys.Kind) is not null || root.Find(ConfigurationKeys.Spec) is not null));
}
