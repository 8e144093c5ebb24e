namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Headers of DPoP (RFC 9449).</summary>
public static class DpopNames
{
    /// <summary>The proof (§4.1).</summary>
    public const string Header = "DPoP";

    /// <summary>A nonce for the next proof (§8).</summary>
    public const string NonceHeader = "DPoP-Nonce";
}
