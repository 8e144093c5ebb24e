using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Login.Scripts;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Grains.Login;

/// <summary>Asks the provider scripts of tenants, for the grains of this silo.</summary>
/// <param name="catalog">The silo's mirror of the catalog.</param>
/// <param name="workshop">Prepares scripts.</param>
/// <param name="runner">Runs them.</param>
/// <param name="settings">The settings.</param>
/// <param name="logger">Where failures are told; nobody else learns their details.</param>
internal sealed partial class ProviderScripts(
    CatalogEntries catalog,
    ScriptWorkshop workshop,
    ScriptRunner runner,
    ServerSettings settings,
    ILogger<ProviderScripts> logger)
{
    private const string DefaultRole = "default";

    /// <summary>Asks <c>UserLoginProvider</c> about a user.</summary>
    /// <param name="tenant">The user's tenant.</param>
    /// <param name="request">Credentials and grant.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    public async Task<LoginOutcome> LogIn(string tenant, LoginRequest request, CancellationToken cancellationToken)
    {
        if (!TryGetScripts(tenant, out var scripts))
        {
            return new LoginOutcome.Failed(ScriptFailure.NoProvider);
        }

        if (request.Username.Any(char.IsControl))
        {
            // Nobody is called that, and a script that gives the name back as the subject would fail: an outage that anybody can make.
            return new LoginOutcome.Denied();
        }

        var result = await runner.Run(
            new()
            {
                Scripts = scripts,
                ClassName = HostFunctionNames.LoginClass,
                Arguments =
                [
                    new("username", request.Username),
                    new("password", request.Password),
                    new("grant_type", request.GrantType),
                    // Only where a client wishes: whoever passes the object on to a strict backend sees what the contract says (configuration.md §3).
                    .. request.AcrValues.IsDefaultOrEmpty ? Array.Empty<KeyValuePair<string, string>>() : [new("acr_values", string.Join(' ', request.AcrValues))],
                ],
                Secrets = [request.Password],
                Personal = [request.Username],
                Log = logger,
            },
            cancellationToken);
        return result switch
        {
            ScriptResult.Answered { Allowed: true } answer when ClientSubject.IsOne(answer.Subject ?? request.Username) => OfClient(tenant),
            ScriptResult.Answered { Allowed: true } answer => new LoginOutcome.Approved
            {
                Subject = answer.Subject ?? request.Username,
                Role = answer.Role ?? DefaultRole,
                ProfileJson = answer.ProfileJson,
                Scopes = answer.Scopes,
                Acr = answer.Acr,
                Amr = answer.Amr,
            },
            ScriptResult.Answered => new LoginOutcome.Denied(),
            ScriptResult.Failed failed => new LoginOutcome.Failed(Logged(tenant, HostFunctionNames.LoginClass, failed)),
            _ => throw new InvalidOperationException("A run ends with an answer or a failure."),
        };
    }

    /// <summary>Asks <c>UserValidationProvider</c> whether a user may stay.</summary>
    /// <param name="tenant">The user's tenant.</param>
    /// <param name="username">The login name.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    public async Task<ValidationOutcome> Validate(string tenant, string username, CancellationToken cancellationToken)
    {
        if (!TryGetScripts(tenant, out var scripts))
        {
            return new ValidationOutcome.Failed(ScriptFailure.NoProvider);
        }

        var result = await runner.Run(
            new()
            {
                Scripts = scripts,
                ClassName = HostFunctionNames.ValidationClass,
                Arguments = [new("username", username)],
                Personal = [username],
                Log = logger,
            },
            cancellationToken);
        return result switch
        {
            ScriptResult.Answered { Allowed: true } => new ValidationOutcome.Valid(),
            ScriptResult.Answered => new ValidationOutcome.Invalid(),
            ScriptResult.Failed { Failure: ScriptFailure.ClassMissing } when settings.AllowMissingProviders => Unvalidated(tenant),
            ScriptResult.Failed failed => new ValidationOutcome.Failed(Logged(tenant, HostFunctionNames.ValidationClass, failed)),
            _ => throw new InvalidOperationException("A run ends with an answer or a failure."),
        };
    }

    private bool TryGetScripts(string tenant, [NotNullWhen(true)] out TenantScripts? scripts)
    {
        scripts = catalog.Tenant(tenant) is { } entry ? workshop.Of(entry) : null;
        if (scripts is null)
        {
            TenantUnknown(tenant);
        }

        return scripts is not null;
    }

    private LoginOutcome.Denied OfClient(string tenant)
    {
        SubjectOfClient(tenant);
        return new();
    }

    private ScriptFailure Logged(string tenant, string className, ScriptResult.Failed failed)
    {
        ScriptFailed(tenant, className, failed.Failure, failed.Message);
        return failed.Failure;
    }

    private ValidationOutcome.Valid Unvalidated(string tenant)
    {
        ValidationMissing(tenant);
        return new();
    }

    [LoggerMessage(EventId = 2102, Level = LogLevel.Error, Message = "Provider script of tenant {Tenant} failed: {ClassName} {Failure}. {Reason}")]
    private partial void ScriptFailed(string tenant, string className, ScriptFailure failure, string reason);

    [LoggerMessage(EventId = 2103, Level = LogLevel.Error,
        Message = "Tenant {Tenant} has no UserValidationProvider; its users stay valid because ALLOW_MISSING_PROVIDERS is on.")]
    private partial void ValidationMissing(string tenant);

    [LoggerMessage(EventId = 2105, Level = LogLevel.Warning, Message = "The login script of tenant {Tenant} gives a subject that begins with client: as those of clients do; nobody logs in by it.")]
    private partial void SubjectOfClient(string tenant);

    [LoggerMessage(EventId = 2104, Level = LogLevel.Error, Message = "Tenant {Tenant} is not known to this silo; its scripts cannot be asked.")]
    private partial void TenantUnknown(string tenant);
}
