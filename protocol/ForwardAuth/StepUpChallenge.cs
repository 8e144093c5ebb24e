using System.Globalization;
using System.Text;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.ForwardAuth;

/// <summary>What a caller is told whose login is not strong or young enough: the challenge of RFC 9470 §3, from which it makes its next authorization request.</summary>
public static class StepUpChallenge
{
    /// <summary>The parameters behind the scheme. Contexts are quoted as they are: <see cref="LoginRequirement.IsContext"/> allows nothing that ends a quote.</summary>
    /// <param name="requirement">What the tenant asks for.</param>
    public static string Of(LoginRequirement requirement)
    {
        var parameters = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"error=\"{OAuthErrors.InsufficientUserAuthentication}\", error_description=\"{Description(requirement)}\"");
        if (!requirement.AcrValues.IsDefaultOrEmpty)
        {
            parameters.Append(CultureInfo.InvariantCulture, $", {OAuthParameters.AcrValues}=\"{string.Join(' ', requirement.AcrValues)}\"");
        }

        if (requirement.MaxAge is { } age)
        {
            parameters.Append(CultureInfo.InvariantCulture, $", {OAuthParameters.MaxAge}=\"{(long)age.TotalSeconds}\"");
        }

        return parameters.ToString();
    }

    private static string Description(LoginRequirement requirement) => (requirement.AcrValues.IsDefaultOrEmpty, requirement.MaxAge) switch
    {
        (false, null) => "A stronger login is required",
        (true, _) => "A more recent login is required",
        _ => "A stronger or more recent login is required",
    };
}
