namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>Clients of the tenant <c>shop</c>, each for one property of its file.</summary>
internal static class PropertyClients
{
    /// <summary>May introspect nothing.</summary>
    public const string Blind = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1e01";

    /// <summary>Asks tokens for <see cref="Stock"/>.</summary>
    public const string Buyer = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1e02";

    /// <summary>Serves <see cref="Stock"/>.</summary>
    public const string Keeper = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1e03";

    /// <summary>Has a frame and says that it needs no session in it.</summary>
    public const string FramedWithout = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1e04";

    /// <summary>Has a frame and says nothing about sessions.</summary>
    public const string FramedSilently = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1e05";

    /// <summary>Has settings for devices and not the grant.</summary>
    public const string HalfDevice = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1e06";

    /// <summary>Has the grant for codes and not the one for refresh tokens.</summary>
    public const string CodeOnly = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1e07";

    /// <summary>A resource of two clients.</summary>
    public const string Stock = "https://stock.shop.test";

    /// <summary>Writes them.</summary>
    /// <param name="configurations">Folder with Tenants and Clients.</param>
    public static void Write(string configurations)
    {
        const string Framed = "post_logout_redirect_urls: [https://app.shop.test/bye]\n  frontchannel_logout_uri: https://app.shop.test/front?x=1";
        Write(configurations, "shop-blind", Blind, "grant_types: [client_credentials]\n  introspection: none");
        Write(configurations, "shop-buyer", Buyer, $"grant_types: [client_credentials]\n  resources: [{Stock}]");
        Write(configurations, "shop-keeper", Keeper, $"grant_types: [client_credentials]\n  resources: [{Stock}]");
        Write(configurations, "shop-framed-without", FramedWithout, Framed + "\n  frontchannel_logout_session_required: false");
        Write(configurations, "shop-framed-silently", FramedSilently, Framed);
        Write(configurations, "shop-half-device", HalfDevice, "grant_types: [authorization_code, refresh_token]\n  device_grant_config: { expires_in: 600, interval: 1 }");
        Write(configurations, "shop-code-only", CodeOnly, "grant_types: [authorization_code]");
    }

    private static void Write(string configurations, string name, string ident, string more) => File.WriteAllText(Path.Combine(configurations, "Clients", $"{name}.yaml"),
        $$"""
        name: {{name}}
        config:
          ident: {{ident}}
          tenantname: shop
          redirect_urls: [{{RelyingParty.Callback}}]
          scopes: [openid, profile, email, "orders:*"]
          secret: {{RelyingParty.Secret}}
          {{more}}
        """);
}
