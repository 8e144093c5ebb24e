using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>A client as people see it before they decide about it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uri">Its home page, or null.</param>
/// <param name="PolicyUri">Its privacy policy, or null.</param>
/// <param name="TermsUri">Its terms of service, or null.</param>
internal sealed record ClientCard(string Name, string? Uri, string? PolicyUri, string? TermsUri)
{
    /// <summary>The card of a client.</summary>
    /// <param name="client">The client.</param>
    public static ClientCard Of(Client client) =>
        new(client.Informations.DisplayName ?? client.Name, client.Informations.Uri, client.Informations.PolicyUri, client.Informations.TermsUri);
}
