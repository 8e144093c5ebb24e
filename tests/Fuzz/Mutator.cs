using System.Globalization;
using System.Text;

namespace Uitsmijter.Actors.Fuzz;

/// <summary>Changes texts the way attackers do: other characters, other encodings of the same ones, pieces of other texts.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<string> words)
{
    private const int MaxLength = 2048;
    private const int MostChanges = 6;

    private const string Characters =
        "abcxyzABCXYZ019-_.~:/?#[]@!$&'()*+,;=%\\\"<>^`{|} \t\r\n\0\u001f\u007f\u0080\u00a0\u00adßéİıſKäÄ\u0430\u2024\u2025\u3002\uff0e\uff0f\uff61\uff21\u200b\u200d\u202e\ufeff\ufffd\ud83d\udc04\ud800";

    /// <summary>Makes a new text from one of the known ones.</summary>
    /// <param name="corpus">The known ones, at least one; the newest are taken more often.</param>
    public string Mutate(List<string> corpus)
    {
        var newest = Math.Max(1, corpus.Count / 4);
        var text = new StringBuilder(random.Next(2) == 0 ? corpus[random.Next(corpus.Count)] : corpus[corpus.Count - 1 - random.Next(newest)]);
        for (var changes = 1 + random.Next(MostChanges); changes > 0; changes--)
        {
            Change(text, corpus);
        }

        return text.ToString(0, Math.Min(text.Length, MaxLength));
    }

    private void Change(StringBuilder text, List<string> corpus)
    {
        switch (random.Next(12))
        {
            case 0:
                text.Insert(At(text), Characters[random.Next(Characters.Length)]);
                break;
            case 1:
            case 2:
                text.Insert(At(text), words.Count == 0 ? Characters[random.Next(Characters.Length)].ToString() : words[random.Next(words.Count)]);
                break;
            case 3:
                Splice(text, corpus[random.Next(corpus.Count)]);
                break;
            case 4:
                text.Insert(At(text), Piece(text), 1 + (random.Next(8) == 0 ? random.Next(40) : 0));
                break;
            case 5:
                text.Append((char)random.Next(0x10000));
                break;
            case var _ when text.Length == 0:
                break;
            case 6:
                text[random.Next(text.Length)] = Characters[random.Next(Characters.Length)];
                break;
            case 7:
                var from = random.Next(text.Length);
                text.Remove(from, 1 + random.Next(Math.Min(8, text.Length - from)));
                break;
            case 8:
                Encode(text);
                break;
            case 9:
                var letter = random.Next(text.Length);
                text[letter] = char.IsUpper(text[letter]) ? char.ToLowerInvariant(text[letter]) : char.ToUpperInvariant(text[letter]);
                break;
            case 10:
                text[random.Next(text.Length)] ^= (char)(1 << random.Next(8));
                break;
            default:
                text.Length = random.Next(text.Length) + 1;
                break;
        }
    }

    private int At(StringBuilder text) => random.Next(text.Length + 1);

    private string Piece(StringBuilder text)
    {
        if (text.Length == 0)
        {
            return "a";
        }

        var from = random.Next(text.Length);
        return text.ToString(from, 1 + random.Next(Math.Min(12, text.Length - from)));
    }

    private void Splice(StringBuilder text, string other)
    {
        if (other.Length > 0)
        {
            var from = random.Next(other.Length);
            text.Insert(At(text), other.AsSpan(from, 1 + random.Next(other.Length - from)));
        }
    }

    /// <summary>Percent-encodes a character, or the sign of an encoding that is there already.</summary>
    private void Encode(StringBuilder text)
    {
        var at = random.Next(text.Length);
        var encoded = string.Concat(Encoding.UTF8.GetBytes(text[at].ToString()).Select(static value => "%" + value.ToString("x2", CultureInfo.InvariantCulture)));
        text.Remove(at, 1).Insert(at, random.Next(3) == 0 ? encoded.ToUpperInvariant() : encoded);
    }
}
