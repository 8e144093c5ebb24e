namespace Uitsmijter.Actors.Hosting.Logging;

/// <summary>Ties the records of one request together.</summary>
/// <param name="Id">Id of the request, made by the server.</param>
internal sealed record RequestScope(string Id)
{
    /// <summary>Name in the metadata of a record.</summary>
    public const string Key = "request";
}
