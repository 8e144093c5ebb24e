namespace Uitsmijter.Actors.Cluster.Tests.Histories;

/// <summary>Whose an operation is, or whom an answer named; null where it does not say.</summary>
/// <param name="Tenant">Name of the tenant.</param>
/// <param name="Client">Id of the client.</param>
/// <param name="Person">The user name.</param>
/// <param name="Session">Label of the session.</param>
internal sealed record Owner(string? Tenant = null, string? Client = null, string? Person = null, string? Session = null)
{
    /// <summary>True where nobody is named at all.</summary>
    public bool IsEmpty => this == new Owner();

    /// <summary>Whether an answer that named these contradicts it.</summary>
    /// <param name="said">Whom the answer named.</param>
    public bool IsContradictedBy(Owner said) =>
        Differs(Tenant, said.Tenant) || Differs(Client, said.Client) || Differs(Person, said.Person) || Differs(Session, said.Session);

    /// <inheritdoc />
    public override string ToString() => $"[{string.Join(' ', new[] { Tenant, Client, Person, Session }.OfType<string>())}]";

    private static bool Differs(string? own, string? said) => own is not null && said is not null && own != said;
}
