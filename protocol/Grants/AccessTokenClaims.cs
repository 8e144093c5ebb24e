using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Grants;

/// <summary>The claims of an access token: the contract's (http.md §12.1) and those of RFC 9068 §2.2 beside them.</summary>
public static class AccessTokenClaims
{
    /// <summary>The claims as one JSON object.</summary>
    /// <param name="facts">What was agreed.</param>
    /// <param name="issuer">The tenant's issuer.</param>
    /// <param name="times">When it is good.</param>
    /// <param name="tokenId">Its own id.</param>
    /// <param name="scopes">Scopes of this token.</param>
    /// <param name="audiences">Whom it is for; empty for the client itself.</param>
    /// <param name="grantId">The grant it descends from, or null.</param>
    /// <param name="withProfile">False leaves the profile out, and says so.</param>
    public static string Write(
        GrantFacts facts, string issuer, TokenTimes times, string tokenId, ImmutableArray<string> scopes, ImmutableArray<string> audiences, string? grantId, bool withProfile = true)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString(JwtClaims.Issuer, issuer);
            writer.WriteString(JwtClaims.Subject, facts.Subject);
            WriteAudience(writer, audiences.IsDefaultOrEmpty ? [facts.ClientId] : [.. audiences.Distinct(StringComparer.Ordinal)]);
            writer.WriteNumber(JwtClaims.ExpiresAt, times.ExpiresAt.ToUnixTimeSeconds());
            writer.WriteNumber(JwtClaims.IssuedAt, times.IssuedAt.ToUnixTimeSeconds());
            writer.WriteNumber(JwtClaims.AuthTime, facts.AuthTime.ToUnixTimeSeconds());
            writer.WriteString(JwtClaims.TokenId, tokenId);
            writer.WriteString(JwtClaims.ClientId, facts.ClientId);
            writer.WriteString(JwtClaims.Tenant, facts.Tenant);
            writer.WriteString(JwtClaims.Role, facts.Role);
            writer.WriteString(JwtClaims.User, facts.User);
            writer.WriteString(JwtClaims.Scope, ScopeRules.Join(scopes));
            WriteOptional(writer, facts, grantId);
            if (withProfile)
            {
                WriteJson(writer, JwtClaims.Profile, facts.ProfileJson);
            }
            else
            {
                writer.WriteBoolean(JwtClaims.ProfileInSession, true);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>One audience is a string, several are an array (RFC 7519 §4.1.3).</summary>
    internal static void WriteAudience(Utf8JsonWriter writer, ImmutableArray<string> audiences)
    {
        if (audiences.Length == 1)
        {
            writer.WriteString(JwtClaims.Audience, audiences[0]);
            return;
        }

        writer.WriteStartArray(JwtClaims.Audience);
        foreach (var audience in audiences)
        {
            writer.WriteStringValue(audience);
        }

        writer.WriteEndArray();
    }

    private static void WriteOptional(Utf8JsonWriter writer, GrantFacts facts, string? grantId)
    {
        // A token that names a session ends with it; with offline_access only the grant decides.
        WriteText(writer, JwtClaims.SessionId, facts.IsOffline ? null : facts.Sid);
        WriteText(writer, JwtClaims.GrantId, grantId);
        WriteText(writer, JwtClaims.Acr, facts.Acr);
        WriteMethods(writer, facts.Amr);
        if (facts.Jkt is not null)
        {
            writer.WriteStartObject(JwtClaims.Confirmation);
            writer.WriteString(JwtClaims.JwkThumbprint, facts.Jkt);
            writer.WriteEndObject();
        }

        WriteJson(writer, JwtClaims.Actor, facts.ActorJson);
        WriteWishes(writer, facts);
    }

    /// <summary>UserInfo answers from the token alone, so the token says what was asked for.</summary>
    private static void WriteWishes(Utf8JsonWriter writer, GrantFacts facts)
    {
        if (facts.ClaimsJson is not { } claims || ClaimsRequest.Parse(claims) is not { UserInfo: { Count: > 0 } wishes })
        {
            return;
        }

        writer.WriteStartArray(JwtClaims.UserInfoClaims);
        foreach (var name in wishes.Keys.Order(StringComparer.Ordinal))
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
    }

    internal static void WriteText(Utf8JsonWriter writer, string claim, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(claim, value);
        }
    }

    internal static void WriteMethods(Utf8JsonWriter writer, ImmutableArray<string> methods)
    {
        if (methods.IsDefaultOrEmpty)
        {
            return;
        }

        writer.WriteStartArray(JwtClaims.Amr);
        foreach (var method in methods)
        {
            writer.WriteStringValue(method);
        }

        writer.WriteEndArray();
    }

    private static void WriteJson(Utf8JsonWriter writer, string claim, string? json)
    {
        if (json is not null)
        {
            writer.WritePropertyName(claim);
            writer.WriteRawValue(json);
        }
    }
}
