using Uitsmijter.Actors.Benchmarks;

// One command prints the table: dotnet run -c Release --project tests/Benchmarks [forward-auth | login | script | start | memory | load]
switch (args.FirstOrDefault())
{
    case "generate":
        await Load.Generate(args[1..]);
        break;
    case "bare-kestrel":
        await BareKestrel.Serve(args[1]);
        break;
    case "measured-server":
        SessionMemory.Serve(args[1]);
        break;
    default:
        await Table.Print(args.FirstOrDefault());
        break;
}
