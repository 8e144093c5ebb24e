using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Uitsmijter.Actors.Hosting;

/// <summary>Why the process could not start, in one sentence for the person who started it.</summary>
internal sealed class StartFailure
{
    /// <summary>The sentence, or null as long as nothing failed.</summary>
    public string? Sentence { get; private set; }

    /// <summary>Keeps the first failure.</summary>
    /// <param name="exception">What a stage threw.</param>
    public void Report(Exception exception) => Sentence ??= Explain(exception);

    /// <summary>True when an exception means that a port is taken or may not be opened.</summary>
    /// <param name="exception">What the start threw.</param>
    public static bool IsAboutPorts(Exception exception) => Causes(exception).Any(cause =>
        cause is AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse or SocketError.AccessDenied or SocketError.AddressNotAvailable });

    /// <summary>The sentence for a public or management address that could not be opened.</summary>
    /// <param name="exception">What Kestrel threw; its text names the address.</param>
    /// <param name="addresses">Everything the process wanted to open.</param>
    public static string Explain(Exception exception, IReadOnlyList<ListenAddress> addresses)
    {
        var address = addresses.FirstOrDefault(one => exception.Message.Contains($":{one.Port}:", StringComparison.Ordinal)
            || exception.Message.Contains($":{one.Port} ", StringComparison.Ordinal)) ?? addresses[0];
        var denied = Causes(exception).Any(cause => cause is SocketException { SocketErrorCode: SocketError.AccessDenied });
        var unknown = Causes(exception).Any(cause => cause is SocketException { SocketErrorCode: SocketError.AddressNotAvailable });
        return denied ? $"Cannot listen on {address}: this user may not open that port; set {address.Variable} to another one."
            : unknown ? $"Cannot listen on {address}: this machine does not have that address; set {address.Variable} to another one."
            : $"Cannot listen on {address}: the port is taken by another process; stop it or set {address.Variable} to another one.";
    }

    private static string Explain(Exception exception) => IsAboutPorts(exception)
        ? "Cannot open the cluster ports: another process has them; stop it or set ORLEANS_SILO_PORT and ORLEANS_GATEWAY_PORT to others."
        : Causes(exception).Any(static cause => cause.GetType().Name.StartsWith("Redis", StringComparison.Ordinal))
            ? "Redis went away while the process was starting and did not come back in time; start again when it answers (REDIS_URI)."
        : $"The start failed: {Causes(exception).Last().Message}";

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause is AggregateException { InnerExceptions.Count: > 0 } many ? many.InnerExceptions[0] : cause.InnerException)
        {
            yield return cause;
        }
    }
}
