using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.TestKit.Processes;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Grants;

public sealed partial class PersonClaimsTests
{
    private static string Page => File.ReadAllText(Path.Combine(Repository.Root, "docs", "oauth", "claims.md"));

    [Fact]
    public void the_names_of_profiles_that_are_understood_are_those_of_the_documentation()
    {
        var documented = Row().Matches(Page).ToDictionary(
            static row => row.Groups["claim"].Value,
            static row => Name().Matches(row.Groups["names"].Value).Select(static name => name.Groups[1].Value).ToArray());

        Assert.Equal(PersonClaims.All.Where(static claim => PersonClaims.ScopeOf(claim) is not null).Order(), documented.Keys.Order());
        Assert.All(documented, static row => Assert.Equal(PersonClaims.OtherNames(row.Key), row.Value));
    }

    [Theory]
    [InlineData("""{"name":"own","displayName":"other"}""", "name", """{"name":"own"}""")]
    [InlineData("""{"name":"","displayName":"other"}""", "name", """{"name":"other"}""")]
    [InlineData("""{"name":null}""", "name", "{}")]
    [InlineData("""{"email_verified":false}""", "email_verified", """{"email_verified":false}""")]
    [InlineData("""{"email_verified":"false"}""", "email_verified", """{"email_verified":false}""")]
    [InlineData("""{"address":{"country":"GB"}}""", "address", """{"address":{"country":"GB"}}""")]
    [InlineData("""{"updated_at":12}""", "updated_at", """{"updated_at":12}""")]
    [InlineData("[1]", "name", "{}")]
    [InlineData(null, "preferred_username", """{"preferred_username":"ada"}""")]
    [InlineData("""{"sub":"root","iss":"evil","role":"root"}""", "sub iss role", """{"role":"user"}""")]
    [Trait("Attack", "41")]
    public void a_claim_is_what_the_profile_says_in_the_standards_form(string? profile, string names, string expected)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            PersonClaims.Write(writer, new Person("acme", "1815", "ada", "user", profile), names.Split(' '));
            writer.WriteEndObject();
        }

        Assert.Equal(expected, Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    [Theory]
    [InlineData("\"{\\\"name\\\":\\\"Ada\\\"}\"", """{"sub":"1815","name":"Ada"}""")]
    [InlineData("\"plain\"", """{"sub":"1815"}""")]
    [InlineData("[1]", """{"sub":"1815"}""")]
    [InlineData("""{"sub":"root","shoe":38}""", """{"sub":"1815","shoe":38}""")]
    public void the_whole_profile_is_told_as_ever(string profile, string expected)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            UserInfoClaims.WriteProfile(writer, new Person("acme", "1815", "ada", "user", profile));
            writer.WriteEndObject();
        }

        Assert.Equal(expected, Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    [GeneratedRegex(@"^\| `(?<claim>[a-z_]+)` \|(?<names>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();

    [Fact, Trait("Attack", "41")]
    public void a_profile_names_neither_issuer_nor_subject_nor_audience_nor_times_at_the_contracts_endpoint()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            UserInfoClaims.WriteProfile(writer, new Person("cheese", "ada", "ada", "user", """{"iss":"evil","sub":"evil","aud":"evil","exp":1,"nbf":1,"iat":1,"jti":"evil","scope":"kept","shoe":9}"""));
            writer.WriteEndObject();
        }

        Assert.Equal("""{"sub":"ada","scope":"kept","shoe":9}""", Encoding.UTF8.GetString(stream.ToArray()));
    }
}
