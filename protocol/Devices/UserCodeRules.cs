using System.Security.Cryptography;
using System.Text;

namespace Uitsmijter.Actors.Protocol.Devices;

/// <summary>
/// What a person types from one screen into another (RFC 8628 §6.1): eight characters of 32 that nobody mistakes for one another, 40 random bits. That is
/// little, so its attempts are counted, and what is stored of it is a keyed hash.
/// </summary>
public static class UserCodeRules
{
    /// <summary>Random bytes of a code.</summary>
    public const int RandomBytes = 5;

    /// <summary>The contract's characters (http.md §7.1): no <c>I</c>, <c>O</c>, <c>0</c>, <c>1</c>.</summary>
    public const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private const int Characters = 8;
    private const int Half = Characters / 2;
    private const int MaxTyped = 64;

    /// <summary>Makes a code, <c>XXXX-XXXX</c>.</summary>
    /// <param name="random"><see cref="RandomBytes"/> random bytes: five bits a character, so every code is equally likely.</param>
    public static string Make(ReadOnlySpan<byte> random)
    {
        var bits = 0UL;
        foreach (var octet in random[..RandomBytes])
        {
            bits = (bits << 8) | octet;
        }

        Span<char> code = stackalloc char[Characters];
        for (var i = 0; i < Characters; i++)
        {
            code[i] = Alphabet[(int)((bits >> (5 * (Characters - 1 - i))) & 31)];
        }

        return Grouped(code);
    }

    /// <summary>The code a person meant: case, blanks and signs do not count (contract http.md §7.2).</summary>
    /// <param name="typed">As it was typed.</param>
    /// <returns>Null when it cannot be a code.</returns>
    public static string? Normalise(string? typed)
    {
        if (typed is not { Length: > 0 and <= MaxTyped })
        {
            return null;
        }

        Span<char> code = stackalloc char[Characters];
        var count = 0;
        foreach (var character in typed)
        {
            if (!char.IsAsciiLetterOrDigit(character))
            {
                continue;
            }

            if (count == Characters)
            {
                return null;
            }

            code[count++] = char.ToUpperInvariant(character);
        }

        return count == Characters ? Grouped(code) : null;
    }

    /// <summary>The grain key of a code: whoever reads storage cannot find the code by trying all of them.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="nameKey">The tenant's name key.</param>
    /// <param name="code">A normalised code.</param>
    public static string KeyOf(string tenant, ReadOnlySpan<byte> nameKey, string code) =>
        $"{tenant}|{Convert.ToHexStringLower(HMACSHA256.HashData(nameKey, Encoding.UTF8.GetBytes($"user-code\0{tenant}\0{code}")))}";

    private static string Grouped(ReadOnlySpan<char> code) => $"{code[..Half]}-{code[Half..]}";
}
