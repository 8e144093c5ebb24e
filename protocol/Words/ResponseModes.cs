namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>How an authorization response travels.</summary>
public static class ResponseModes
{
    /// <summary>In the redirect's query; the default of the code flow.</summary>
    public const string Query = "query";

    /// <summary>In a form that posts itself (OAuth 2.0 Form Post Response Mode).</summary>
    public const string FormPost = "form_post";
}
