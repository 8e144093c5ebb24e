global using Xunit;
global using Uitsmijter.Actors.TestKit.Processes;
