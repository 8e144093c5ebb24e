namespace Uitsmijter.Actors.Protocol.Login;

/// <summary>The policy of each kind of counter.</summary>
public sealed record ThrottlePolicies
{
    /// <summary>Counters of user names.</summary>
    public ThrottlePolicy User { get; init; } = ThrottlePolicy.ForUser;

    /// <summary>Counters of networks.</summary>
    public ThrottlePolicy Network { get; init; } = ThrottlePolicy.ForNetwork;

    /// <summary>Counters of user names in browsers known to have logged in with them.</summary>
    public ThrottlePolicy Device { get; init; } = ThrottlePolicy.ForUser;

    /// <summary>Counters of wrong user codes.</summary>
    public ThrottlePolicy UserCode { get; init; } = ThrottlePolicy.ForUserCode;

    /// <summary>Counters of started devices.</summary>
    public ThrottlePolicy DeviceStart { get; init; } = ThrottlePolicy.ForDeviceStart;

    /// <summary>Counters of pushed requests.</summary>
    public ThrottlePolicy PushedRequest { get; init; } = ThrottlePolicy.ForPushedRequest;

    /// <summary>Counters of wrong client secrets.</summary>
    public ThrottlePolicy ClientSecret { get; init; } = ThrottlePolicy.ForClientSecret;

    /// <summary>The policy of a kind.</summary>
    /// <param name="kind">The kind.</param>
    public ThrottlePolicy Of(ThrottleKind kind) => kind switch
    {
        ThrottleKind.Network => Network,
        ThrottleKind.Device => Device,
        ThrottleKind.UserCode => UserCode,
        ThrottleKind.DeviceStart => DeviceStart,
        ThrottleKind.PushedRequest => PushedRequest,
        ThrottleKind.ClientSecret => ClientSecret,
        _ => User,
    };
}
