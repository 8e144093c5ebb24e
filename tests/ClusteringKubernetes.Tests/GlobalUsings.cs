global using Uitsmijter.Actors.TestKit.Kubernetes;
global using Uitsmijter.Actors.TestKit.Processes;
global using Xunit;
