using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.Grains;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;
using Xunit;
using static Uitsmijter.Actors.Silo.Tests.Catalog.ConfigurationDirectory;

namespace Uitsmijter.Actors.Silo.Tests.Catalog;

/// <summary>Secrets as text, as a digest and by reference, on their way from the file into the catalog.</summary>
public sealed class ClientSecretTests : IAsyncDisposable
{
    private const string Variable = "UITSMIJTER_TEST_SECRET_OF_A_CLIENT";
    private const string Plain = "aejochiecaishee4ootooSh3ph-aejochiecaishee4ootooSh3ph";

    private readonly ConfigurationDirectory _directory = new();

    private string SecretFile => Path.Combine(_directory.Root, "shop.secret");

    public ValueTask DisposeAsync() => _directory.DisposeAsync();

    [Fact]
    public void a_text_its_digest_a_file_and_a_variable_with_it_are_the_same_secret()
    {
        var digest = ClientSecretRules.DigestOf(Plain);
        File.WriteAllText(SecretFile, Plain + "\r\n");

        Assert.Equal(digest, Yaml.ClientWith($"secret: {Plain}").SecretDigest);
        Assert.Equal(digest, Yaml.ClientWith($"secret: SHA256:{digest.ToUpperInvariant()}").SecretDigest);
        Assert.Equal(digest, Yaml.ClientWith($"secret: {{ file: {SecretFile} }}").SecretDigest);
        Environment.SetEnvironmentVariable(Variable, Plain);
        Assert.Equal(digest, Yaml.ClientWith($"secret: {{ env: {Variable} }}").SecretDigest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData(null)]
    public void a_client_whose_secret_is_missing_is_loaded_and_stays_confidential_without_anything_that_proves_it(string? content)
    {
        if (content is not null)
        {
            File.WriteAllText(SecretFile, content);
        }

        var entry = Yaml.ClientWith($"secret: {{ file: {SecretFile} }}");

        Assert.True(entry.Client.IsConfidential);
        Assert.Null(entry.SecretDigest);
        Assert.Equal(("UA1050", 6), Yaml.ClientProblems($"secret: {{ file: {SecretFile} }}").Select(static problem => (problem.Id, problem.Line)).Single());
    }

    [Fact]
    public void a_secret_of_a_file_is_judged_like_one_in_the_text()
    {
        File.WriteAllText(SecretFile, "short");

        Assert.Equal("UA1045", Assert.Single(Yaml.ClientProblems($"secret: {{ file: {SecretFile} }}")).Id);
        Assert.Equal("UA1047", Assert.Single(Yaml.ClientProblems($"secret: {{ file: {SecretFile} }}\ntoken_endpoint_auth_method: client_secret_jwt")).Id);
    }

    [Fact]
    public void a_digest_cannot_sign()
    {
        var problems = Yaml.ClientProblems($"secret: sha256:{ClientSecretRules.DigestOf(Plain)}\ntoken_endpoint_auth_method: client_secret_jwt");

        Assert.Equal(("UA1047", 6, "config.secret"), problems.Select(static problem => (problem.Id, problem.Line, problem.Path)).Single());
    }

    [Fact]
    public async Task a_changed_secret_file_is_seen_without_touching_the_clients_file()
    {
        _directory.WriteTenant("a.yaml", Tenant("a"));
        File.WriteAllText(SecretFile, Plain);
        _directory.WriteClient("shop.yaml", Client("shop", 1) + $"  secret: {{ file: {SecretFile} }}\n");
        await _directory.Start();
        Assert.Equal(ClientSecretRules.DigestOf(Plain), _directory.Catalog.Client(IdentOf(1))!.SecretDigest);

        File.WriteAllText(SecretFile, "another-" + Plain);
        await Until(() => _directory.Catalog.Client(IdentOf(1))!.SecretDigest == ClientSecretRules.DigestOf("another-" + Plain));

        File.Delete(SecretFile);
        await Until(() => _directory.Catalog.Client(IdentOf(1))!.SecretDigest is null);
        Assert.True(_directory.Catalog.Client(IdentOf(1))!.Client.IsConfidential);
    }

    [Fact]
    public async Task a_secret_leaves_the_silo_as_a_digest_and_sealed_where_the_client_signs_with_it()
    {
        _directory.WriteTenant("a.yaml", Tenant("a"));
        _directory.WriteClient("one.yaml", Client("one", 1) + $"  secret: {Plain}\n");
        _directory.WriteClient("two.yaml", Client("two", 2) + $"  secret: {Plain}\n  token_endpoint_auth_method: client_secret_jwt\n");
        await _directory.Start();
        var (compared, signing) = (_directory.Catalog.Client(IdentOf(1))!, _directory.Catalog.Client(IdentOf(2))!);

        var opened = SealRules.Open(
            new KeySecrets([], [[.. ClusterSecret.RevealBytes()]]), new SealLabel(SealLabel.ClientSecret, "a", IdentOf(2).ToString("D")), signing.SealedSecret!.Value.AsSpan());

        Assert.Equal(Plain, Encoding.UTF8.GetString(Assert.IsType<OpenedSeal.Opened>(opened).Plain));
        Assert.Null(compared.SealedSecret);
        Assert.All([compared, signing], static entry =>
        {
            Assert.Null(entry.SecretSource);
            Assert.DoesNotContain(Plain, JsonSerializer.Serialize(entry, StoredJson.Options), StringComparison.Ordinal);
            Assert.DoesNotContain(Plain, entry.ToString(), StringComparison.Ordinal);
        });
    }
}
