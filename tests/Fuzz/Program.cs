using System.Globalization;
using Uitsmijter.Actors.Fuzz;
using Uitsmijter.Actors.Fuzz.Targets;

// dotnet run -c Release --project tests/Fuzz -- <target|all> [--seconds N] [--seed S] [--executions N]
var name = args.FirstOrDefault() ?? "all";
var targets = FuzzTarget.All.Where(one => name == "all" ? one.Name != Planted.TargetName : one.Name == name).ToArray();
if (targets.Length == 0)
{
    Console.Error.WriteLine("Targets: all " + string.Join(' ', FuzzTarget.All.Select(static one => one.Name)));
    return 2;
}

var found = 0;
foreach (var target in targets)
{
    var result = Instrumentation.Run(new Order(target.Name, (int)Number("--seed", 1), (long)Number("--executions", long.MaxValue), Number("--seconds", 10)));
    found += result.Findings.Count;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{target.Name,-12} {result.Executions,12:N0} executions  {result.Edges,6} edges  {result.Corpus,6} inputs kept  {result.Seconds,6:N0} s  {result.Findings.Count} found"));
    foreach (var finding in result.Findings)
    {
        Console.WriteLine($"  {finding.Problem}\n    {System.Text.Json.JsonSerializer.Serialize(finding.Input)}");
    }
}

return found == 0 ? 0 : 1;

double Number(string option, double otherwise) =>
    Array.IndexOf(args, option) is var at and >= 0 && at + 1 < args.Length ? double.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
