using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.TestKit.Kubernetes;

/// <summary>
/// A real Kubernetes API server with its etcd, on loopback, from the folder that <c>KUBEBUILDER_ASSETS</c> names. No controllers run: nothing starts
/// pods, issues tokens by itself or collects what is orphaned.
/// </summary>
public sealed partial class KubernetesServer : IAsyncDisposable
{
    private readonly Func<Task<ChildProcess>> _startEtcd;
    private readonly Func<Task<ChildProcess>> _startServer;
    private readonly KubernetesCertificates _certificates;
    private readonly HttpClient _admin;
    private ChildProcess _etcd;
    private ChildProcess _server;

    private KubernetesServer(ChildProcess etcd, ChildProcess server, KubernetesCertificates certificates, Uri address, Func<Task<ChildProcess>> startEtcd, Func<Task<ChildProcess>> startServer)
    {
        (_etcd, _server, _certificates, Address, _startEtcd, _startServer) = (etcd, server, certificates, address, startEtcd, startServer);
        _admin = new HttpClient(certificates.Handler(withClient: true)) { BaseAddress = address };
        AdminKubeConfig = Path.Combine(server.Directory, "admin.kubeconfig");
        File.WriteAllText(AdminKubeConfig, KubeConfig($"client-certificate: {certificates.Folder}/admin.pem, client-key: {certificates.Folder}/admin.key", "default", address));
    }

    /// <summary>What is not here, in a sentence; null when everything is there.</summary>
    public static string? MissingPart { get; } = Assets is not { Length: > 0 } folder ? "KUBEBUILDER_ASSETS is not set"
        : new[] { "kube-apiserver", "etcd", "kubectl" }.Where(program => !File.Exists(Path.Combine(folder, program))).Select(program => $"{folder} has no {program}").FirstOrDefault();

    /// <summary>Address of the API server.</summary>
    public Uri Address { get; }

    /// <summary>Kubeconfig of somebody who may do everything.</summary>
    public string AdminKubeConfig { get; }

    /// <summary>Certificate authority of the server and everything that stands in for it.</summary>
    public KubernetesCertificates Certificates => _certificates;

    private static string? Assets => Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS");

    /// <summary>Starts etcd and the API server and waits until the server is ready.</summary>
    public static async Task<KubernetesServer> Start()
    {
        var ports = Ports.Free(3);
        var store = Directory.CreateTempSubdirectory("uitsmijter-etcd-").FullName;
        var peer = $"http://127.0.0.1:{ports[1]}";
        var client = $"http://127.0.0.1:{ports[0]}";
        var scratch = Directory.CreateTempSubdirectory("uitsmijter-kubernetes-").FullName;
        var certificates = KubernetesCertificates.Write(scratch);
        var arguments = await Arguments(client, ports[2], scratch);
        Task<ChildProcess> StartEtcd() => ChildProcess.Start(
            Path.Combine(Assets!, "etcd"),
            ["--data-dir", DataOf(store), "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer,
                "--initial-advertise-peer-urls", peer, "--initial-cluster", "default=" + peer, "--unsafe-no-fsync=true"],
            store,
            ports[0]);
        Task<ChildProcess> StartServer() => ChildProcess.Start(Path.Combine(Assets!, "kube-apiserver"), arguments, scratch, ports[2]);
        var started = new KubernetesServer(await StartEtcd(), await StartServer(), certificates, new Uri($"https://127.0.0.1:{ports[2]}"), StartEtcd, StartServer);
        await started.IsReady();
        return started;
    }

    /// <summary>Applies resources as <c>kubectl apply</c> does.</summary>
    /// <param name="yaml">The resources.</param>
    /// <param name="inNamespace">Namespace of those that name none.</param>
    public Task Apply(string yaml, string inNamespace = "default") => Kubectl(yaml, "--namespace", inNamespace, "apply", "-f", "-");

    /// <summary>Runs kubectl with every right. It remembers nothing: what it learned before a definition was applied, it would believe for minutes.</summary>
    /// <param name="input">Its standard input.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed.</returns>
    public async Task<string> Kubectl(string input, params string[] arguments) =>
        await Run(Path.Combine(Assets!, "kubectl"), input, ["--kubeconfig", AdminKubeConfig, "--cache-dir", Path.Combine(_server.Directory, "cache", Guid.NewGuid().ToString("N")), .. arguments]);

    /// <summary>Creates a service account and gives it a token, as a pod would have them.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="inNamespace">Its namespace, which exists.</param>
    /// <returns>The account.</returns>
    public async Task<KubernetesAccount> Account(string name, string inNamespace)
    {
        await Post($"/api/v1/namespaces/{inNamespace}/serviceaccounts", $$"""{"metadata":{"name":"{{name}}"} }""");
        var token = await Post(
            $"/api/v1/namespaces/{inNamespace}/serviceaccounts/{name}/token",
            """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":7200}}""");
        var folder = Directory.CreateDirectory(Path.Combine(_server.Directory, "accounts", $"{inNamespace}-{name}")).FullName;
        var secret = token.GetProperty("status").GetProperty("token").GetString();
        await File.WriteAllTextAsync(Path.Combine(folder, "token"), secret);
        await File.WriteAllTextAsync(Path.Combine(folder, "namespace"), inNamespace);
        File.Copy(Path.Combine(_certificates.Folder, "ca.pem"), Path.Combine(folder, "ca.crt"), overwrite: true);
        return new KubernetesAccount(folder, (at, path) => File.WriteAllText(path, KubeConfig($"token: {secret}", inNamespace, at)), Address);
    }

    /// <summary>Creates a namespace.</summary>
    /// <param name="name">Its name.</param>
    public Task Namespace(string name) => Post("/api/v1/namespaces", $$"""{"metadata":{"name":"{{name}}"} }""");

    /// <summary>Stops the API server for a while (SIGSTOP, SIGCONT): connections stay, answers do not come.</summary>
    /// <param name="meanwhile">What happens meanwhile.</param>
    public async Task Pause(Func<Task> meanwhile)
    {
        await _server.Signal("STOP");
        try
        {
            await meanwhile();
        }
        finally
        {
            await _server.Signal("CONT");
        }
    }

    /// <summary>Copies what etcd has on its disk, which it does not let go while it runs: it is ended for that moment, and the API server goes on.</summary>
    /// <returns>The folder with the copy, for <see cref="Restore"/>.</returns>
    public async Task<string> BackUp()
    {
        var copy = Directory.CreateTempSubdirectory("uitsmijter-etcd-old-").FullName;
        await _etcd.Kill();
        Copy(DataOf(_etcd.Directory), copy);
        _etcd = await _startEtcd();
        await IsReady();
        return copy;
    }

    /// <summary>Ends the API server and its etcd, and starts both again where they were, with what was copied.</summary>
    /// <param name="copy">The folder; it is gone afterwards.</param>
    public async Task Restore(string copy)
    {
        await _server.Kill();
        await _etcd.Kill();
        Directory.Delete(DataOf(_etcd.Directory), recursive: true);
        Copy(copy, DataOf(_etcd.Directory));
        Directory.Delete(copy, recursive: true);
        _etcd = await _startEtcd();
        _server = await _startServer();
        await IsReady();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        _certificates.Dispose();
        await _server.DisposeAsync();
        await _etcd.DisposeAsync();
    }

    private static string DataOf(string store) => Path.Combine(store, "data");

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.GetDirectories(from))
        {
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }

    private static async Task<string[]> Arguments(string etcd, int port, string folder)
    {
        var version = KubernetesVersion().Match(await Run(Path.Combine(Assets!, "kube-apiserver"), "", ["--version"]));
        string[] old = int.Parse(version.Groups[1].Value, CultureInfo.InvariantCulture) < 24 ? ["--insecure-port=0"] : [];
        return
        [
            $"--etcd-servers={etcd}", "--bind-address=127.0.0.1", $"--secure-port={port}", $"--cert-dir={folder}",
            $"--tls-cert-file={folder}/server.pem", $"--tls-private-key-file={folder}/server.key", $"--client-ca-file={folder}/ca.pem",
            "--service-account-issuer=https://kubernetes.default.svc", "--api-audiences=https://kubernetes.default.svc",
            $"--service-account-key-file={folder}/accounts.pub", $"--service-account-signing-key-file={folder}/accounts.key",
            "--authorization-mode=RBAC", "--service-cluster-ip-range=10.0.0.0/24", "--endpoint-reconciler-type=none",
            "--disable-admission-plugins=ServiceAccount", "--allow-privileged=false", .. old,
        ];
    }

    private async Task IsReady()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (true)
        {
            try
            {
                using var answer = await _admin.GetAsync("/readyz", patience.Token);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It listens before it serves.
            }

            await Task.Delay(50, patience.Token);
        }
    }

    private async Task<JsonElement> Post(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await _admin.PostAsync(path, content);
        var body = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonDocument.Parse(body).RootElement : throw new InvalidOperationException($"{path}: {body}");
    }

    private static async Task<string> Run(string program, string input, IEnumerable<string> arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = System.Diagnostics.Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{Path.GetFileName(program)}: {await errors}");
    }

    private string KubeConfig(string user, string inNamespace, Uri at) =>
        $$"""
        apiVersion: v1
        kind: Config
        clusters: [{ name: test, cluster: { server: "{{at.ToString().TrimEnd('/')}}", certificate-authority: {{_certificates.Folder}}/ca.pem } }]
        users: [{ name: test, user: { {{user}} } }]
        contexts: [{ name: test, context: { cluster: test, user: test, namespace: {{inNamespace}} } }]
        current-context: test
        """;

    [GeneratedRegex(@"v1\.(\d+)")]
    private static partial Regex KubernetesVersion();
}
