using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Silo.Catalog;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Catalog;

public sealed class TenantFileTests
{
    private const string Everything = """
        ---
        name: bnbc
        config:
          hosts: [BNBC.example, "*.apps.bnbc.example", "bnbc.example:8080", "app-*.bnbc.example", bücher.example]
          providers:
            - class UserLoginProvider {}
            - |
              class UserValidationProvider {
              }
          informations:
            imprint_url: https://bnbc.example/imprint
            privacy_url: https://bnbc.example/privacy
            register_url: /register
          interceptor:
            enabled: true
            domain: Login.bnbc.example
            cookie: "*.bnbc.example"
            headers:
              X-Auth-Email: profile.email
              X-Auth-Sub: sub
            public_paths: [/public/**, /favicon.ico, /img/*.png]
            allow_preflight: yes
            accept_shared_secret_bearer: true
            redirect_status: 302
            required_acr: ["urn:bnbc:gold", urn:bnbc:silver, "urn:bnbc:gold"]
            max_auth_age: 900
          templates:
            access_key_id: S3AccessKeyId
            secret_access_key: SecretS3AccessKey
            bucket: uitsmijter
            host: https://s3.bnbc.example
            path: /templates/business/
            region: eu-central-1
            csp: >
              default-src 'self';
              img-src *
          silent_login: false
          jwt_algorithm: es256
          issuer: https://id.bnbc.example
          allowed_client_namespaces: [shop, "*-team"]
          scripts:
            allowed_hosts: ["*.corp.test", 10.0.0.0/8, "api.corp.test:8443", "::1", "[::1]:80"]
            resolve_error_status: true
          sessions:
            idle_minutes: 30
            absolute_hours: 12
          texts:
            de:
              LOGIN: { UI: { LOGIN: Anmelden } }
            fr-FR: { LOGIN.UI.LOGIN: Connexion }
        """;

    [Fact, Trait("Contract", "configuration 1")]
    public void every_property_of_a_tenant_is_read()
    {
        var entry = Yaml.Tenant(Everything);

        var tenant = entry.Tenant;
        Assert.Equal("bnbc", tenant.Name);
        Assert.Equal("", tenant.Namespace);
        Assert.Equal(["bnbc.example", "*.apps.bnbc.example", "app-*.bnbc.example", "xn--bcher-kva.example"], tenant.Hosts);
        Assert.Equal(2, entry.Providers.Length);
        Assert.Equal("class UserValidationProvider {\n}\n", entry.Providers[1]);
        Assert.Equal(
            ("https://bnbc.example/imprint", "https://bnbc.example/privacy", "/register"),
            (tenant.Informations.ImprintUrl, tenant.Informations.PrivacyUrl, tenant.Informations.RegisterUrl));
        Assert.False(tenant.SilentLogin);
        Assert.Equal(SigningAlgorithm.ES256, tenant.Algorithm);
        Assert.Equal("https://id.bnbc.example", tenant.Issuer);
        Assert.Equal(["shop", "*-team"], tenant.AllowedClientNamespaces);
        Assert.Equal((TimeSpan.FromMinutes(30), TimeSpan.FromHours(12)), (tenant.Sessions.IdleLimit, tenant.Sessions.AbsoluteLimit));
        Assert.Equal(["*.corp.test", "10.0.0.0/8", "api.corp.test:8443", "::1", "[::1]:80"], entry.Scripts.AllowedHosts);
        Assert.True(entry.Scripts.ResolveErrorStatus);
        Assert.Equal("a.yaml", entry.Source);
    }

    [Fact]
    public void the_interceptor_block_is_read()
    {
        var interceptor = Yaml.Tenant(Everything).Tenant.Interceptor;

        Assert.True(interceptor.Enabled);
        Assert.Equal("login.bnbc.example", interceptor.Domain);
        Assert.Equal(".bnbc.example", interceptor.Cookie);
        Assert.Equal([new IdentityHeader("X-Auth-Email", "profile.email"), new IdentityHeader("X-Auth-Sub", "sub")], interceptor.Headers);
        Assert.Equal(["/public/**", "/favicon.ico", "/img/*.png"], interceptor.PublicPaths);
        Assert.True(interceptor.AllowPreflight);
        Assert.True(interceptor.AcceptSharedSecretBearer);
        Assert.Equal(302, interceptor.RedirectStatus);
        Assert.Equal(["urn:bnbc:gold", "urn:bnbc:silver"], interceptor.Requirement!.AcrValues);
        Assert.Equal(TimeSpan.FromMinutes(15), interceptor.Requirement.MaxAge);
    }

    [Fact]
    public void templates_and_texts_are_read_and_their_secrets_do_not_print()
    {
        var entry = Yaml.Tenant(Everything);

        Assert.Equal(
            new TemplateStore
            {
                AccessKeyId = "S3AccessKeyId", SecretAccessKey = "SecretS3AccessKey", Bucket = "uitsmijter", Host = "https://s3.bnbc.example",
                Path = "templates/business", Region = "eu-central-1",
            },
            entry.Templates);
        Assert.Equal("default-src 'self'; img-src *", entry.Tenant.Pages.ContentSecurityPolicy);
        Assert.Equal("Anmelden", entry.Tenant.Pages.Texts["de_DE"]["LOGIN.UI.LOGIN"]);
        Assert.Equal("Connexion", entry.Tenant.Pages.Texts["fr_FR"]["LOGIN.UI.LOGIN"]);
        Assert.DoesNotContain("SecretS3AccessKey", entry.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void what_is_left_out_has_the_documented_default()
    {
        var entry = Yaml.Tenant(Yaml.SmallTenant);

        Assert.True(entry.Tenant.SilentLogin);
        Assert.True(entry.Tenant.Interceptor.Enabled);
        Assert.Equal(307, entry.Tenant.Interceptor.RedirectStatus);
        Assert.Equal(SigningAlgorithm.HS256, entry.Tenant.Algorithm);
        Assert.Null(entry.Templates);
        Assert.Same(ScriptSettings.Default, entry.Scripts);
        Assert.Same(SessionSettings.Default, entry.Tenant.Sessions);
        Assert.Same(PageSettings.Default, entry.Tenant.Pages);
        Assert.Empty(entry.Tenant.AllowedClientNamespaces);
    }

    [Fact]
    public void a_template_store_without_host_path_and_region_has_their_defaults()
    {
        var store = Yaml.TenantWith("templates: { access_key_id: a, secret_access_key: b, bucket: c }").Templates;

        Assert.Equal(("https://s3.amazonaws.com", "", "us-east-1"), (store?.Host, store?.Path, store?.Region));
    }

    [Fact]
    public void a_template_block_with_a_policy_only_is_no_store()
    {
        var entry = Yaml.TenantWith("templates: { csp: \"default-src 'none'\" }");

        Assert.Null(entry.Templates);
        Assert.Equal("default-src 'none'", entry.Tenant.Pages.ContentSecurityPolicy);
    }

    [Theory, Trait("Contract", "configuration 3")]
    [InlineData("RS256", SigningAlgorithm.RS256)]
    [InlineData("rs256", SigningAlgorithm.RS256)]
    [InlineData("Rs256", SigningAlgorithm.RS256)]
    [InlineData("HS256", SigningAlgorithm.HS256)]
    [InlineData("hs256", SigningAlgorithm.HS256)]
    [InlineData("PS256", SigningAlgorithm.PS256)]
    [InlineData("ES256", SigningAlgorithm.ES256)]
    public void known_algorithms_are_accepted_in_any_case(string text, SigningAlgorithm algorithm)
    {
        Assert.Equal(algorithm, Yaml.TenantWith($"jwt_algorithm: {text}").Tenant.Algorithm);
    }

    // The contract turns any other text into HS256; the design refuses it, because a typo would quietly weaken a tenant.
    [Theory, Trait("Contract", "configuration 3")]
    [InlineData("none")]
    [InlineData("RS512")]
    [InlineData("1")]
    public void an_unknown_algorithm_is_refused(string text)
    {
        var problem = Assert.Single(Yaml.TenantProblems($"jwt_algorithm: {text}"));

        Assert.Equal(("UA1021", 5, "config.jwt_algorithm", ProblemSeverity.Error), (problem.Id, problem.Line, problem.Path, problem.Severity));
    }

    [Theory]
    [InlineData("silent_login: maybe", "UA1011")]
    [InlineData("interceptor: true", "UA1011")]
    [InlineData("interceptor: { domain: login.acme.test }", "UA1010")]
    [InlineData("interceptor: { enabled: true, domain: 'https://login.acme.test' }", "UA1020")]
    [InlineData("interceptor: { enabled: true, cookie: 'a b' }", "UA1026")]
    [InlineData("interceptor: { enabled: true, domain: login.acme.test, cookie: .other.test }", "UA1031")]
    [InlineData("interceptor: { enabled: true, headers: { Set-Cookie: sub } }", "UA1027")]
    [InlineData("interceptor: { enabled: true, headers: { X-Forwarded-Host: sub } }", "UA1027")]
    [InlineData("interceptor: { enabled: true, headers: { X_User: sub } }", "UA1027")]
    [InlineData("interceptor: { enabled: true, headers: { X-User: '' } }", "UA1027")]
    [InlineData("interceptor: { enabled: true, headers: { X-User: sub, x-user: name } }", "UA1027")]
    [InlineData("interceptor: { enabled: true, headers: [X-User] }", "UA1011")]
    [InlineData("interceptor: { enabled: true, public_paths: [public] }", "UA1028")]
    [InlineData("interceptor: { enabled: true, public_paths: [/a/../b] }", "UA1028")]
    [InlineData("interceptor: { enabled: true, public_paths: ['/a%2fb'] }", "UA1028")]
    [InlineData("interceptor: { enabled: true, public_paths: [/a**] }", "UA1028")]
    [InlineData("interceptor: { enabled: true, public_paths: [/**] }", "UA1029")]
    [InlineData("interceptor: { enabled: true, redirect_status: 303 }", "UA1013")]
    [InlineData("interceptor: { enabled: true, redirect_status: 200 }", "UA1013")]
    [InlineData("interceptor: { enabled: true, required_acr: urn:acme:gold }", "UA1011")]
    [InlineData("interceptor: { enabled: true, required_acr: { a: b } }", "UA1011")]
    [InlineData("interceptor: { enabled: true, required_acr: [[a]] }", "UA1011")]
    [InlineData("interceptor: { enabled: true, required_acr: [] }", "UA1036")]
    [InlineData("interceptor: { enabled: true, required_acr: }", "UA1036")]
    [InlineData("interceptor: { enabled: true, required_acr: [''] }", "UA1036")]
    [InlineData("interceptor: { enabled: true, required_acr: [a, ' '] }", "UA1036")]
    [InlineData("interceptor: { enabled: true, required_acr: ['a b'] }", "UA1036")]
    [InlineData("interceptor: { enabled: true, required_acr: ['a\"b'] }", "UA1036")]
    [InlineData("interceptor: { enabled: true, required_acr: [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q] }", "UA1036")]
    [InlineData("interceptor: { enabled: true, max_auth_age: 0 }", "UA1013")]
    [InlineData("interceptor: { enabled: true, max_auth_age: -60 }", "UA1013")]
    [InlineData("interceptor: { enabled: true, max_auth_age: 59 }", "UA1013")]
    [InlineData("interceptor: { enabled: true, max_auth_age: 31622401 }", "UA1013")]
    [InlineData("interceptor: { enabled: true, max_auth_age: 15m }", "UA1013")]
    [InlineData("interceptor: { enabled: true, max_auth_age: '' }", "UA1013")]
    [InlineData("interceptor: { enabled: true, max_auth_age: }", "UA1013")]
    [InlineData("interceptor: { enabled: true, max_auth_age: [60] }", "UA1011")]
    [InlineData("interceptor: { enabled: true, required_acrs: [a] }", "UA1012")]
    [InlineData("interceptor: { enabled: true, acr_values: [a] }", "UA1012")]
    [InlineData("interceptor: { enabled: true, max_age: 60 }", "UA1012")]
    [InlineData("interceptor: { enabled: true, accept_shared_secret_bearer: true }", "UA1030")]
    [InlineData("issuer: http://id.acme.test", "UA1024")]
    [InlineData("issuer: https://id.acme.test/?a", "UA1024")]
    [InlineData("informations: { imprint_url: 'javascript:alert(1)' }", "UA1025")]
    [InlineData("informations: { imprint_url: //evil.test }", "UA1025")]
    [InlineData("templates: { bucket: b, access_key_id: a }", "UA1010")]
    [InlineData("templates: { bucket: b, access_key_id: a, secret_access_key: s, host: s3.acme.test }", "UA1024")]
    [InlineData("templates: { csp: \"default-src 'self' \\u00e4\" }", "UA1013")]
    [InlineData("scripts: { allowed_hosts: ['http://x'] }", "UA1032")]
    [InlineData("sessions: { idle_minutes: 0 }", "UA1013")]
    [InlineData("texts: { deutsch: {} }", "UA1013")]
    [InlineData("allowed_client_namespaces: ['*', shop]", "UA1013")]
    [InlineData("silentlogin: false", "UA1012")]
    [InlineData("silent_logn: false", "UA1012")]
    [InlineData("host: other.test", "UA1012")]
    public void every_mistake_has_its_identifier(string lines, string id)
    {
        var problems = Yaml.TenantProblems(lines);

        var problem = Assert.Single(problems);
        Assert.Equal(id, problem.Id);
        Assert.Equal(5, problem.Line);
    }

    [Theory]
    [InlineData("https://login.acme.test")]
    [InlineData("login.acme.test/path")]
    [InlineData("a b")]
    [InlineData("a..b")]
    [InlineData("-a.test")]
    [InlineData("")]
    public void a_host_no_request_can_have_is_refused(string host)
    {
        var change = Yaml.Change(EntityKind.Tenant, $"name: a\nconfig:\n  hosts:\n    - good.test\n    - '{host}'\n  providers: []\n");

        var problem = Assert.Single(Assert.IsType<SourceChange.Broken>(change).Errors);
        Assert.Equal(("UA1020", 5, "config.hosts[1]"), (problem.Id, problem.Line, problem.Path));
    }

    [Theory]
    [InlineData("name: a\nconfig:\n  providers: []\n", "UA1010", "config.hosts")]
    [InlineData("name: a\nconfig:\n  hosts: []\n  providers: []\n", "UA1010", "config.hosts")]
    [InlineData("name: a\nconfig:\n  hosts: [a.test]\n", "UA1010", "config.providers")]
    [InlineData("name: a\nconfig:\n  hosts: a.test\n  providers: []\n", "UA1011", "config.hosts")]
    [InlineData("name: a\nconfig:\n  hosts: [{a: b}]\n  providers: []\n", "UA1011", "config.hosts[0]")]
    [InlineData("config:\n  hosts: [a.test]\n  providers: []\n", "UA1010", "name")]
    [InlineData("name: a\n", "UA1010", "config")]
    [InlineData("name: a\nconfig: 5\n", "UA1011", "config")]
    public void what_is_required_is_named_when_it_is_missing(string text, string id, string path)
    {
        var problem = Assert.Single(Yaml.Change(EntityKind.Tenant, text).Problems);

        Assert.Equal((id, path), (problem.Id, problem.Path));
    }

    [Fact]
    public void a_provider_object_is_refused_and_a_file_name_is_warned_of()
    {
        var problems = Yaml.Change(
            EntityKind.Tenant,
            "name: a\nconfig:\n  hosts: [a.test]\n  providers:\n    - {type: uitrusting/v1, url: u, token: t0ps3cret}\n    - login.js\n").Problems;

        Assert.Equal([("UA1022", 5), ("UA1023", 6)], problems.Select(static problem => (problem.Id, problem.Line)));
        Assert.DoesNotContain(problems, static problem => problem.ToString().Contains("t0ps3cret", StringComparison.Ordinal));
    }

    [Fact]
    public void a_tenant_of_wildcards_only_is_told_that_it_has_no_issuer()
    {
        var problem = Assert.Single(Yaml.Change(EntityKind.Tenant, "name: a\nconfig:\n  hosts: ['*.a.test']\n  providers: []\n").Problems);

        Assert.Equal(("UA1033", ProblemSeverity.Warning), (problem.Id, problem.Severity));
    }

    [Fact]
    public void every_problem_of_a_file_is_reported_at_once()
    {
        var problems = Yaml.Change(
            EntityKind.Tenant,
            "name: a\nconfig:\n  hosts: [a b]\n  jwt_algorithm: x\n  silent_login: 3\n  interceptor: {}\n").Problems;

        Assert.Equal(["UA1020", "UA1010", "UA1021", "UA1011", "UA1010"], problems.OrderBy(static p => p.Line).Select(static p => p.Id));
    }
}
