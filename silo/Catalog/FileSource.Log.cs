using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>What the file source says.</summary>
internal sealed partial class FileSource
{
    private const int MostLines = 100;
    private const int MostNames = 3;

    private void Report(CatalogOutcome outcome)
    {
        foreach (var problem in outcome.Raised.Take(MostLines))
        {
            LogProblem(problem.Severity is ProblemSeverity.Error ? LogLevel.Error : LogLevel.Warning, problem);
        }

        if (outcome.Raised.Length > MostLines)
        {
            LogMoreProblems(outcome.Raised.Length - MostLines);
        }

        foreach (var problem in outcome.Healed.Take(MostLines))
        {
            LogHealed(problem);
        }

        if (outcome.Tenants.Length + outcome.Clients.Length + outcome.RemovedTenants.Length + outcome.RemovedClients.Length <= MostLines)
        {
            ReportEach(outcome);
        }
    }

    // Once when it begins and once when it ends; the series says how it stands.
    private void Report(IReadOnlyList<string>? differing)
    {
        if (differing is { Count: > 0 })
        {
            LogDiffers(_options.Patience, _directory, differing.Count, string.Join(", ", differing.Take(MostNames)), _service);
        }
        else if (differing is not null)
        {
            LogAgrees(_directory);
        }
    }

    private void ReportEach(CatalogOutcome outcome)
    {
        foreach (var entry in outcome.Tenants)
        {
            LogTenant(entry.Tenant.Name, entry.Tenant.Hosts.Length, entry.Source);
        }

        foreach (var entry in outcome.Clients)
        {
            LogClient(entry.Client.Name, entry.Client.Ident, entry.Client.TenantName, entry.Source);
        }

        foreach (var name in outcome.RemovedTenants)
        {
            LogTenantRemoved(name);
        }

        foreach (var ident in outcome.RemovedClients)
        {
            LogClientRemoved(ident);
        }
    }

    [LoggerMessage(EventId = 4100, Level = LogLevel.Information, Message = "Reading tenants and clients from {Directory}")]
    private partial void LogReading(string directory);

    [LoggerMessage(EventId = 4101, Level = LogLevel.Information, Message = "Initial load done: {Tenants} tenants and {Clients} clients from {Directory} in {Elapsed}")]
    private partial void LogLoaded(int tenants, int clients, string directory, TimeSpan elapsed);

    [LoggerMessage(EventId = 4102, Message = "{Problem}")]
    private partial void LogProblem(LogLevel level, ConfigurationProblem problem);

    [LoggerMessage(EventId = 4103, Level = LogLevel.Warning, Message = "{Count} more configuration problems are not shown; 'uitsmijter validate' lists all")]
    private partial void LogMoreProblems(int count);

    [LoggerMessage(EventId = 4104, Level = LogLevel.Information, Message = "No longer a problem: {Problem}")]
    private partial void LogHealed(ConfigurationProblem problem);

    [LoggerMessage(EventId = 4105, Level = LogLevel.Information, Message = "Tenant {Tenant} added or changed: {Hosts} hosts ({Source})")]
    private partial void LogTenant(string tenant, int hosts, string source);

    [LoggerMessage(EventId = 4106, Level = LogLevel.Information, Message = "Client {Client} ({Ident}) of tenant {Tenant} added or changed ({Source})")]
    private partial void LogClient(string client, Guid ident, string tenant, string source);

    [LoggerMessage(EventId = 4107, Level = LogLevel.Information, Message = "Tenant {Tenant} removed")]
    private partial void LogTenantRemoved(string tenant);

    [LoggerMessage(EventId = 4108, Level = LogLevel.Information, Message = "Client {Ident} removed")]
    private partial void LogClientRemoved(Guid ident);

    [LoggerMessage(EventId = 4109, Level = LogLevel.Warning, Message = "A configuration folder cannot be watched; changes are found by looking every {Rest} at the earliest")]
    private partial void LogNotWatching(Exception exception, TimeSpan rest);

    [LoggerMessage(EventId = 4112, Level = LogLevel.Error, Message = "For {Patience} the catalog has not been what the files in {Directory} say ({Count} entities, such as {Entities}): somebody else publishes other files for the service {Service}, and whoever comes last wins. Give all silos of a service the same files, and another service another ORLEANS_SERVICE_ID.")]
    private partial void LogDiffers(TimeSpan patience, string directory, int count, string entities, string service);

    [LoggerMessage(EventId = 4113, Level = LogLevel.Information, Message = "The catalog is what the files in {Directory} say again")]
    private partial void LogAgrees(string directory);

    [LoggerMessage(EventId = 4111, Level = LogLevel.Warning, Message = "The catalog's storage began anew: publishing everything again")]
    private partial void LogForgotten();
}
