using Uitsmijter.Actors.Benchmarks;
using Uitsmijter.Actors.Benchmarks.OAuth;
using Uitsmijter.Actors.Benchmarks.Peers;

// One command prints the table: dotnet run -c Release --project tests/Benchmarks [forward-auth | login | script | start | memory | load | scale [tenants] | oauth [Cycle] [Refresh] [ClientCredentials] [Introspection] [Login] [ES256] [RS256] [quick]]
switch (args.FirstOrDefault())
{
    case "generate":
        await Load.Generate(args[1..]);
        break;
    case "oauth-generate":
        await OAuthLoad.Generate(args[1..]);
        break;
    case "openiddict":
        await OpenIddictPeer.Serve(args[1..]);
        break;
    case "bare-kestrel":
        await BareKestrel.Serve(args[1]);
        break;
    case "measured-server":
        SessionMemory.Serve(args[1]);
        break;
    default:
        await Table.Print(args.FirstOrDefault(), args.Skip(1));
        break;
}
