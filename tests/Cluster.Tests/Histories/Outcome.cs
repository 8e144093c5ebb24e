namespace Uitsmijter.Actors.Cluster.Tests.Histories;

/// <summary>What became of an operation, as whoever asked can know it.</summary>
internal enum Outcome
{
    /// <summary>It was given what it asked for.</summary>
    Granted,

    /// <summary>It was definitely not given it: 4xx, or the way to the login page.</summary>
    Refused,

    /// <summary>It was told to come again: 5xx.</summary>
    Unavailable,

    /// <summary>No answer: the connection broke or nobody answered in time. It may have been done or not.</summary>
    Unknown,
}
