using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Orleans;
using Orleans.Runtime;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>The cluster as a gateway sees it, played by one object: the test says what it knows, and counts what is asked.</summary>
internal sealed class ClusterOfOneObject : IGrainFactory
{
    private readonly ConcurrentDictionary<string, TenantKeys> _keys = new();
    private readonly ConcurrentDictionary<string, AsymmetricAlgorithm> _private = new();
    private readonly ConcurrentQueue<IFeedObserver> _observers = new();
    private long _version = 1;

    public ImmutableArray<Tenant> Tenants { get; private set; } = [];

    public ImmutableArray<Client> Clients { get; private set; } = [];

    public ConcurrentQueue<RevocationEntry> Revoked { get; } = new();

    public ConcurrentQueue<(string Sid, SessionEnd Reason)> Ended { get; } = new();

    public bool IsDown { get; set; }

    public int Signatures { get; set; }

    public int Renewals { get; set; }

    public int Validations { get; set; }

    public int Looks { get; set; }

    /// <summary>What a session says about itself.</summary>
    public Func<string, Task<SessionOutcome>> Look { get; set; } = static _ => Task.FromResult<SessionOutcome>(new SessionOutcome.Gone());

    /// <summary>What the provider answers about a user.</summary>
    public Func<string, Task<ValidationOutcome>> Validate { get; set; } = static _ => Task.FromResult<ValidationOutcome>(new ValidationOutcome.Valid());

    /// <summary>What becomes of a session that is renewed.</summary>
    public Func<string, string, TimeSpan, SessionOutcome> Renew { get; set; } = static (_, _, _) => new SessionOutcome.Gone();

    public void Configure(IEnumerable<Tenant> tenants, IEnumerable<Client>? clients = null)
    {
        Tenants = [.. tenants];
        Clients = [.. clients ?? []];
        Interlocked.Increment(ref _version);
        Nudge();
    }

    public void Revoke(RevocationKind kind, string id)
    {
        Revoked.Enqueue(new RevocationEntry(kind, id, The.Instant.AddYears(1)));
        Nudge();
    }

    public void Nudge()
    {
        foreach (var observer in _observers)
        {
            _ = observer.Moved(0);
        }
    }

    public TenantKeys KeysOf(Tenant tenant) => _keys.GetOrAdd(tenant.Name, _ => Make(tenant));

    /// <summary>Other keys from now on, as after a change of secrets; the gateway learns them with its next refresh.</summary>
    public void ChangeKeys(Tenant tenant, Func<TenantKeys, TenantKeys> change) => _keys[tenant.Name] = change(KeysOf(tenant));

    /// <summary>Signs as the tenant's silo would.</summary>
    public string Sign(Tenant tenant, string header, string claims)
    {
        var signed = $"{Some.Base64Url(header)}.{Some.Base64Url(claims)}";
        _ = KeysOf(tenant);
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = _private.GetValueOrDefault(tenant.Name) switch
        {
            ECDsa curve => curve.SignData(bytes, HashAlgorithmName.SHA256),
            RSA rsa => rsa.SignData(bytes, HashAlgorithmName.SHA256, tenant.Algorithm == SigningAlgorithm.PS256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
            _ => HMACSHA256.HashData(KeysOf(tenant).SharedSecrets[0].Key.AsSpan(), bytes),
        };
        return $"{signed}.{Some.Base64Url(signature)}";
    }

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey => (TGrainInterface)(object)(typeof(TGrainInterface) switch
        {
            var type when type == typeof(ICatalogGrain) => new Catalog(this),
            var type when type == typeof(IKeyRingGrain) => new KeyRing(this, primaryKey),
            var type when type == typeof(ISigningGrain) => new Signing(this, primaryKey),
            var type when type == typeof(IProviderGrain) => new Provider(this),
            var type when type == typeof(ISessionGrain) => new SessionOf(this, primaryKey),
            var type => throw new NotSupportedException(type.Name),
        });

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey => (TGrainInterface)(object)new Feed(this, (int)primaryKey);

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => (TGrainObserverInterface)obj;

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
    }

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidCompoundKey => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerCompoundKey => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey, string keyExtension) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey, string keyExtension) => throw new NotSupportedException();

    public IAddressable GetGrain(Type interfaceType, IdSpan grainKey) => throw new NotSupportedException();

    public IAddressable GetGrain(Type interfaceType, IdSpan grainKey, string grainClassNamePrefix) => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => throw new NotSupportedException();

    public IAddressable GetGrain(GrainId grainId) => throw new NotSupportedException();

    public IAddressable GetGrain(GrainId grainId, GrainInterfaceType interfaceType) => throw new NotSupportedException();

    private void Reach()
    {
        if (IsDown)
        {
            throw new TimeoutException("The cluster is out of reach.");
        }
    }

    private TenantKeys Make(Tenant tenant)
    {
        PublicSigningKey[] keys = [];
        if (tenant.Algorithm != SigningAlgorithm.HS256)
        {
            AsymmetricAlgorithm pair = tenant.Algorithm == SigningAlgorithm.ES256 ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : RSA.Create(2048);
            _private[tenant.Name] = pair;
            keys = [new PublicSigningKey { Kid = "kid-" + tenant.Name, Algorithm = tenant.Algorithm, Spki = [.. pair.ExportSubjectPublicKeyInfo()], Stage = SigningKeyStage.Active }];
        }

        return new TenantKeys
        {
            Tenant = tenant.Name,
            CookieKeys = [new SymmetricKey("c", [.. SHA256.HashData(Encoding.UTF8.GetBytes("cookie " + tenant.Name))])],
            SharedSecrets = tenant.Algorithm == SigningAlgorithm.HS256 ? [new SymmetricKey("s", [.. Encoding.UTF8.GetBytes(Some.JwtSecret)])] : [],
            SigningKeys = [.. keys],
            NameKey = new SymmetricKey("n", [.. new byte[32]]),
            RefreshAt = The.Instant.AddMinutes(5),
        };
    }

    private sealed class Catalog(ClusterOfOneObject cluster) : ICatalogGrain
    {
        public Task<CatalogPage> Read(long epoch, long since, int limit, CancellationToken cancellationToken)
        {
            cluster.Reach();
            return Task.FromResult(new CatalogPage
            {
                Epoch = cluster._version,
                Version = cluster._version,
                Loaded = true,
                Tenants = epoch == cluster._version ? [] : cluster.Tenants,
                Clients = epoch == cluster._version ? [] : cluster.Clients,
            });
        }

        public Task Subscribe(IFeedObserver observer)
        {
            cluster.Reach();
            cluster._observers.Enqueue(observer);
            return Task.CompletedTask;
        }

        public Task<long> Publish(CatalogChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<CatalogEntriesPage> ReadEntries(long epoch, long since, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class Feed(ClusterOfOneObject cluster, int shard) : IRevocationFeedGrain
    {
        public Task<RevocationPage> Read(long epoch, long since, int limit, CancellationToken cancellationToken)
        {
            cluster.Reach();
            var own = cluster.Revoked.Where(entry => IRevocationFeedGrain.ShardOf(entry.Id) == shard).ToArray();
            return Task.FromResult(new RevocationPage { Epoch = 1, Number = own.Length, Entries = [.. own.Skip(epoch == 1 ? (int)since : 0)] });
        }

        public Task Subscribe(IFeedObserver observer)
        {
            cluster.Reach();
            cluster._observers.Enqueue(observer);
            return Task.CompletedTask;
        }

        public Task Append(RevocationEntry revocation, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> Contains(RevocationKind kind, string id, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class KeyRing(ClusterOfOneObject cluster, string name) : IKeyRingGrain
    {
        public Task<TenantKeys> Read(SigningAlgorithm algorithm, CancellationToken cancellationToken)
        {
            cluster.Reach();
            return Task.FromResult(cluster.KeysOf(cluster.Tenants.Single(tenant => tenant.Name == name)));
        }

        public Task<SealedSigningKey> ReadSealed(SigningAlgorithm algorithm, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<string> Rotate(SigningAlgorithm algorithm, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class Signing(ClusterOfOneObject cluster, string name) : ISigningGrain
    {
        public Task<string> Sign(SigningRequest request, CancellationToken cancellationToken)
        {
            cluster.Reach();
            cluster.Signatures++;
            var tenant = cluster.Tenants.Single(tenant => tenant.Name == name);
            return Task.FromResult(cluster.Sign(tenant, $$"""{"alg":"{{request.Algorithm}}","kid":"kid-{{name}}","typ":"{{request.Type}}"}""", request.ClaimsJson));
        }
    }

    private sealed class Provider(ClusterOfOneObject cluster) : IProviderGrain
    {
        public async Task<ValidationOutcome> Validate(string username, CancellationToken cancellationToken)
        {
            cluster.Reach();
            cluster.Validations++;
            return await cluster.Validate(username);
        }
    }

    private sealed class SessionOf(ClusterOfOneObject cluster, string sid) : ISessionGrain
    {
        public Task<SessionOutcome> Renew(string tenant, TimeSpan cookieLife, CancellationToken cancellationToken)
        {
            cluster.Reach();
            cluster.Renewals++;
            return Task.FromResult(cluster.Renew(sid, tenant, cookieLife));
        }

        public Task<SessionOutcome> End(string tenant, SessionEnd reason, CancellationToken cancellationToken)
        {
            cluster.Reach();
            cluster.Ended.Enqueue((sid, reason));
            return Task.FromResult<SessionOutcome>(new SessionOutcome.Gone());
        }

        public Task Seen(string tenant, DateTimeOffset lastSeen) => Task.CompletedTask;

        public Task<SessionOutcome> Give(GiveGrant request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<SessionOutcome> Open(OpenSession request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async Task<SessionOutcome> Look(string tenant, CancellationToken cancellationToken)
        {
            cluster.Reach();
            cluster.Looks++;
            return await cluster.Look(sid);
        }
    }
}
