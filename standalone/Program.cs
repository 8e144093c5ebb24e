using Uitsmijter.Actors.Standalone;

return await CommandLine.Run(args);
