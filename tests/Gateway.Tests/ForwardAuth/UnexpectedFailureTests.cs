using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.Gateway.ForwardAuth;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>What no rule foresaw: a question that fails on the way to its answer.</summary>
[Trait("Attack", "47")]
public sealed class UnexpectedFailureTests
{
    [Fact]
    public async Task a_question_that_fails_in_an_unforeseen_way_is_refused_and_told()
    {
        await using var gate = await Gate.Open();
        var told = new List<string>();
        using var log = LoggerFactory.Create(logging => logging.AddProvider(new Listener(told)));

        // Whoever decides is missing: the first thing it is asked throws.
        var middleware = new ForwardAuthMiddleware(
            static _ => Task.CompletedTask, gate.Of<QuestionReader>(), door: null!, gate.Of<Answers>(), gate.Clock, log.CreateLogger<ForwardAuthMiddleware>());
        var context = Question(gate);

        // What an answer that was begun had put there already.
        context.Response.Headers["X-User-Ident"] = "ada";
        context.Response.Headers.SetCookie = "uitsmijter-sso=a";

        await middleware.InvokeAsync(context);

        Assert.Equal(StatusCodes.Status503ServiceUnavailable, context.Response.StatusCode);
        Assert.False(context.Response.Headers.ContainsKey("X-User-Ident"));
        Assert.False(context.Response.Headers.ContainsKey("Set-Cookie"));
        Assert.Equal("A question of a proxy could not be answered", Assert.Single(told));
    }

    private static DefaultHttpContext Question(Gate gate)
    {
        var context = new DefaultHttpContext { RequestServices = gate.Of<IServiceProvider>() };
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = "/auth/traefik";
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        context.Request.Method = "GET";
        context.Request.Path = "/auth/traefik";
        context.Request.Headers["X-Forwarded-Method"] = "GET";
        context.Request.Headers["X-Forwarded-Proto"] = "https";
        context.Request.Headers["X-Forwarded-Host"] = "app.example.com";
        context.Request.Headers["X-Forwarded-Uri"] = "/";
        context.Response.Body = new MemoryStream();
        return context;
    }

    private sealed class Listener(List<string> told) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => told.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
