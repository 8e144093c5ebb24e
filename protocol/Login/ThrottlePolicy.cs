namespace Uitsmijter.Actors.Protocol.Login;

/// <summary>How many failed logins are forgiven, and how long the rest must wait.</summary>
public sealed record ThrottlePolicy
{
    /// <summary>For a user name and for a user name in a known browser: at most about 100 guesses a day once the free ones are used.</summary>
    public static ThrottlePolicy ForUser { get; } = new() { Free = 10, ForgiveEvery = TimeSpan.FromMinutes(15) };

    /// <summary>For a network, behind which many people may sit: 100 failures in 15 minutes.</summary>
    public static ThrottlePolicy ForNetwork { get; } = new() { Free = 100, ForgiveEvery = TimeSpan.FromSeconds(9), SuccessClears = false };

    /// <summary>
    /// For user codes: 20 mistypings, then at most one guess in half a minute. A right code clears nothing: whoever owns a device would buy fresh guesses with it.
    /// </summary>
    public static ThrottlePolicy ForUserCode { get; } = new() { Free = 20, ForgiveEvery = TimeSpan.FromSeconds(30), SuccessClears = false };

    /// <summary>For devices a public client starts in a network: 60 at once, as many as a house full of them needs, then at most one in five seconds.</summary>
    public static ThrottlePolicy ForDeviceStart { get; } = new()
    {
        Free = 60,
        ForgiveEvery = TimeSpan.FromSeconds(5),
        FirstWait = TimeSpan.FromSeconds(5),
        LongestWait = TimeSpan.FromMinutes(1),
        SuccessClears = false,
    };

    /// <summary>
    /// For requests a public client pushes from a network: a thousand people may begin to log in at once, then two a second. What one network can make us store is some fifteen
    /// thousand requests of a client, since each is kept for two hours.
    /// </summary>
    public static ThrottlePolicy ForPushedRequest { get; } = new()
    {
        Free = 1_000,
        ForgiveEvery = TimeSpan.FromMilliseconds(500),
        FirstWait = TimeSpan.FromSeconds(1),
        LongestWait = TimeSpan.FromSeconds(5),
        SuccessClears = false,
    };

    /// <summary>
    /// For wrong secrets of a client from a network: 20, then at most one guess in ten seconds. The wait ends soon, because most who wait have mistyped their configuration. A right secret clears
    /// nothing, or an attacker beside a busy client would never wait.
    /// </summary>
    public static ThrottlePolicy ForClientSecret { get; } = new()
    {
        Free = 20,
        ForgiveEvery = TimeSpan.FromSeconds(10),
        FirstWait = TimeSpan.FromSeconds(5),
        LongestWait = TimeSpan.FromMinutes(1),
        SuccessClears = false,
    };

    /// <summary>Attempts that cost no waiting.</summary>
    public required int Free { get; init; }

    /// <summary>
    /// One failure is forgotten per this time. In the long run nobody guesses faster than this, however patiently the guesses are spread.
    /// </summary>
    public required TimeSpan ForgiveEvery { get; init; }

    /// <summary>First wait once the free attempts are used; doubles with every further failure. Default 30 s.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait. Default 15 minutes.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// True: a right password forgets all failures. False for networks, where an attacker with an account of their own would wipe the
    /// count of everybody's failures by logging in. Default true.
    /// </summary>
    public bool SuccessClears { get; init; } = true;
}
