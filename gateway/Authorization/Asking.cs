using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>Who asks, and for what.</summary>
/// <param name="Client">The client.</param>
/// <param name="Request">Its well-formed request.</param>
/// <param name="PushedKey">Key of the pushed request it stands in, which the code uses up; null for one that came with the browser.</param>
internal sealed record Asking(Client Client, AuthorizationRequest Request, string? PushedKey = null);
