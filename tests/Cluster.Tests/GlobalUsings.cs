global using Xunit;

// Each test has a cluster of its own on the same machine: two at a time would be each other's fault.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
