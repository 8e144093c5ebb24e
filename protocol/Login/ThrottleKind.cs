namespace Uitsmijter.Actors.Protocol.Login;

/// <summary>What a counter of failed logins is about.</summary>
public enum ThrottleKind
{
    /// <summary>One user name of a tenant, from anywhere.</summary>
    User,

    /// <summary>One network, whatever name it tries.</summary>
    Network,

    /// <summary>One user name in one browser that logged in with it before.</summary>
    Device,

    /// <summary>Wrong user codes of devices, typed in one network or by one person (RFC 8628 §5.1).</summary>
    UserCode,

    /// <summary>Devices a public client started in one network: whoever knows its id could fill storage with codes nobody wants.</summary>
    DeviceStart,

    /// <summary>Authorization requests a public client pushed from one network (RFC 9126 §2.3): each is stored for minutes.</summary>
    PushedRequest,

    /// <summary>Wrong secrets of one client from one network (RFC 6749 §2.3.1).</summary>
    ClientSecret,
}
