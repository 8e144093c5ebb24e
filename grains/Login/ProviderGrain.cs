using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Login.Scripts;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Grains.Login;

/// <inheritdoc cref="IProviderGrain"/>
// A worker serves one question at a time, and questions mostly wait for somebody's user database: the pool must be the bound that is
// reached first (64 runs a tenant, then Busy at once), not a queue of Orleans nobody answers.
[StatelessWorker(MaxWorkers)]
[GrainType("provider")]
internal sealed partial class ProviderGrain(
    CatalogEntries catalog,
    ScriptWorkshop workshop,
    ScriptRunner runner,
    ServerSettings settings,
    ILogger<ProviderGrain> logger) : Grain, IProviderGrain
{
    private const int MaxWorkers = 80;
    private const string DefaultRole = "default";

    private string Tenant => this.GetPrimaryKeyString();

    /// <inheritdoc />
    public async Task<LoginOutcome> LogIn(LoginRequest request, CancellationToken cancellationToken)
    {
        if (!TryGetScripts(out var scripts))
        {
            return new LoginOutcome.Failed(ScriptFailure.NoProvider);
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
            ScriptResult.Failed failed => new LoginOutcome.Failed(Logged(HostFunctionNames.LoginClass, failed)),
            _ => throw new InvalidOperationException("A run ends with an answer or a failure."),
        };
    }

    /// <inheritdoc />
    public async Task<ValidationOutcome> Validate(string username, CancellationToken cancellationToken)
    {
        if (!TryGetScripts(out var scripts))
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
            ScriptResult.Failed { Failure: ScriptFailure.ClassMissing } when settings.AllowMissingProviders => Unvalidated(),
            ScriptResult.Failed failed => new ValidationOutcome.Failed(Logged(HostFunctionNames.ValidationClass, failed)),
            _ => throw new InvalidOperationException("A run ends with an answer or a failure."),
        };
    }

    private bool TryGetScripts([NotNullWhen(true)] out TenantScripts? scripts)
    {
        scripts = catalog.Tenant(Tenant) is { } entry ? workshop.Of(entry) : null;
        if (scripts is null)
        {
            TenantUnknown(Tenant);
        }

        return scripts is not null;
    }

    private ScriptFailure Logged(string className, ScriptResult.Failed failed)
    {
        ScriptFailed(Tenant, className, failed.Failure, failed.Message);
        return failed.Failure;
    }

    private ValidationOutcome.Valid Unvalidated()
    {
        ValidationMissing(Tenant);
        return new();
    }

    [LoggerMessage(EventId = 2102, Level = LogLevel.Error, Message = "Provider script of tenant {Tenant} failed: {ClassName} {Failure}. {Reason}")]
    private partial void ScriptFailed(string tenant, string className, ScriptFailure failure, string reason);

    [LoggerMessage(EventId = 2103, Level = LogLevel.Error,
        Message = "Tenant {Tenant} has no UserValidationProvider; its users stay valid because ALLOW_MISSING_PROVIDERS is on.")]
    private partial void ValidationMissing(string tenant);

    [LoggerMessage(EventId = 2104, Level = LogLevel.Error, Message = "Tenant {Tenant} is not known to this silo; its scripts cannot be asked.")]
    private partial void TenantUnknown(string tenant);
}
