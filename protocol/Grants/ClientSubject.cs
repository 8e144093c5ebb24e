namespace Uitsmijter.Actors.Protocol.Grants;

/// <summary>
/// The subject of a client that acts for itself. No person may have one: an application that looks at <c>sub</c> alone would take the person for the client (RFC 9700 §4.15).
/// </summary>
public static class ClientSubject
{
    private const string Prefix = "client:";

    /// <summary>The subject of a client.</summary>
    /// <param name="ident">The client.</param>
    public static string Of(Guid ident) => Prefix + ident;

    /// <summary>Whether a subject is one of clients.</summary>
    /// <param name="subject">The subject.</param>
    public static bool IsOne(string subject) => subject.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);
}
