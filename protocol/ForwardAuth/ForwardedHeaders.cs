using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.ForwardAuth;

/// <summary>
/// Collects, in one pass over the request's headers, those that describe the original request. A header that arrives twice, or under a
/// second spelling that another reader would take for the same (<c>X_Forwarded_Host</c>, <c>X.Forwarded.Host</c>), spoils its field:
/// whoever sent the second one meant to be believed (attack groups 2 and 3).
/// </summary>
public struct ForwardedHeaders
{
    private const string Accept = "Accept";

    private const string Origin = "Origin";

    private const string RequestMethod = "Access-Control-Request-Method";

    private Field _spoiled;

    [Flags]
    internal enum Field
    {
        None = 0,
        ForwardedMethod = 1,
        ForwardedProto = 2,
        ForwardedHost = 4,
        ForwardedUri = 8,
        OriginalMethod = 16,
        OriginalUrl = 32,
        OriginalUri = 64,
        FetchMode = 128,
    }

    internal string? ForwardedMethod { get; private set; }

    internal string? ForwardedProto { get; private set; }

    internal string? ForwardedHost { get; private set; }

    internal string? ForwardedUri { get; private set; }

    internal string? OriginalMethod { get; private set; }

    internal string? OriginalUrl { get; private set; }

    internal string? OriginalUri { get; private set; }

    internal string? FetchMode { get; private set; }

    internal bool HasFetchMetadata { get; private set; }

    internal bool HasAccept { get; private set; }

    internal bool AcceptsHtml { get; private set; }

    internal bool HasOrigin { get; private set; }

    internal bool HasRequestMethod { get; private set; }

    /// <summary>Looks at one header.</summary>
    /// <param name="name">Its name as it arrived.</param>
    /// <param name="value">Its value, or the first of several.</param>
    /// <param name="count">How many values arrived.</param>
    public void Take(string name, string? value, int count)
    {
        switch (name.Length == 0 ? '\0' : name[0] | 0x20)
        {
            case 'x':
                TakeForwarded(name, value, count);
                break;
            case 's' when name.StartsWith(FetchMetadataNames.Prefix, StringComparison.OrdinalIgnoreCase):
                HasFetchMetadata = true;
                if (name.Equals(FetchMetadataNames.Mode, StringComparison.OrdinalIgnoreCase))
                {
                    FetchMode = Single(Field.FetchMode, value, count);
                }

                break;
            case 'a' when name.Equals(Accept, StringComparison.OrdinalIgnoreCase):
                AcceptsHtml |= NamesHtml(value);
                HasAccept = true;
                break;
            case 'a' when name.Equals(RequestMethod, StringComparison.OrdinalIgnoreCase):
                HasRequestMethod = true;
                break;
            case 'o' when name.Equals(Origin, StringComparison.OrdinalIgnoreCase):
                HasOrigin = true;
                break;
        }
    }

    /// <summary>True when one of the fields arrived twice or under a second spelling.</summary>
    internal readonly bool IsSpoiled(Field fields) => (_spoiled & fields) != 0;

    private void TakeForwarded(string name, string? value, int count)
    {
        switch (name.Length)
        {
            case 14 when Is(name, ForwardHeaderNames.OriginalUrl, Field.OriginalUrl):
                OriginalUrl = Single(Field.OriginalUrl, value, count);
                break;
            case 14 when Is(name, ForwardHeaderNames.OriginalUri, Field.OriginalUri):
                OriginalUri = Single(Field.OriginalUri, value, count);
                break;
            case 15 when Is(name, ForwardHeaderNames.ForwardedUri, Field.ForwardedUri):
                ForwardedUri = Single(Field.ForwardedUri, value, count);
                break;
            case 16 when Is(name, ForwardHeaderNames.ForwardedHost, Field.ForwardedHost):
                ForwardedHost = Single(Field.ForwardedHost, value, count);
                break;
            case 17 when Is(name, ForwardHeaderNames.ForwardedProto, Field.ForwardedProto):
                ForwardedProto = Single(Field.ForwardedProto, value, count);
                break;
            case 17 when Is(name, ForwardHeaderNames.OriginalMethod, Field.OriginalMethod):
                OriginalMethod = Single(Field.OriginalMethod, value, count);
                break;
            case 18 when Is(name, ForwardHeaderNames.ForwardedMethod, Field.ForwardedMethod):
                ForwardedMethod = Single(Field.ForwardedMethod, value, count);
                break;
        }
    }

    private bool Is(string name, string word, Field field)
    {
        if (name.Equals(word, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (IsSecondSpelling(name, word))
        {
            _spoiled |= field;
        }

        return false;
    }

    private static bool IsSecondSpelling(string name, string word)
    {
        for (var i = 0; i < name.Length; i++)
        {
            var same = (name[i] | 0x20) == (word[i] | 0x20) || (word[i] == '-' && !char.IsAsciiLetterOrDigit(name[i]));
            if (!same)
            {
                return false;
            }
        }

        return true;
    }

    private string? Single(Field field, string? value, int count)
    {
        if (count != 1)
        {
            _spoiled |= field;
        }

        return value;
    }

    /// <summary>Whether a list of media types names <c>text/html</c> or <c>*/*</c>; a quality of zero is left to whoever sends one.</summary>
    private static bool NamesHtml(string? accept)
    {
        foreach (var range in accept.AsSpan().Split(','))
        {
            var type = accept.AsSpan(range);
            var semicolon = type.IndexOf(';');
            type = (semicolon < 0 ? type : type[..semicolon]).Trim();
            if (type.Equals("text/html", StringComparison.OrdinalIgnoreCase) || type is "*/*")
            {
                return true;
            }
        }

        return false;
    }
}
