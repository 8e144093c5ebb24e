using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Hosting.Logging;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Gateway.Tests.Observability;

/// <summary>One line a record, whoever writes into it (contract configuration.md §5.6).</summary>
public sealed class LogTests
{
    [Fact]
    [Trait("Contract", "configuration 36")]
    public void the_console_line_has_level_date_and_message()
    {
        var lines = Record(new ServerSettings(), static log => log.CreateLogger("Uitsmijter.Test").LogInformation("A tenant was loaded."));

        Assert.Equal("[INFO]     Fri, 02 Jan 2026 03:04:05 GMT: A tenant was loaded.", Assert.Single(lines));
    }

    [Fact]
    [Trait("Contract", "configuration 37")]
    public void an_ndjson_line_has_the_fields_of_the_contract()
    {
        var settings = new ServerSettings { LogFormat = "ndjson" };

        var line = Assert.Single(Record(settings, static log =>
        {
            var logger = log.CreateLogger("Uitsmijter.Test");
            using var scope = logger.BeginScope(new RequestScope("0HN:1"));
            logger.LogWarning("Said \"hello\"\tto {Tenant}.", "ham");
        }));

        using var record = JsonDocument.Parse(line);
        Assert.Equal("WARNING", record.RootElement.GetProperty("level").GetString());
        Assert.Equal("Said \"hello\" to ham.", record.RootElement.GetProperty("message").GetString());
        Assert.Equal("Uitsmijter.Test", record.RootElement.GetProperty("source").GetString());
        Assert.Equal("2026-01-02T03:04:05.000Z", record.RootElement.GetProperty("date").GetString());
        Assert.Equal("ham", record.RootElement.GetProperty("metadata").GetProperty("tenant").GetString());
        Assert.Equal("0HN:1", record.RootElement.GetProperty("metadata").GetProperty("request").GetString());
    }

    [Fact]
    public void a_hint_to_the_mirror_of_a_gateway_that_has_ended_is_no_error_and_any_other_failure_of_its_source_is()
    {
        var lines = Record(new ServerSettings(), static log =>
        {
            var logger = log.CreateLogger("Orleans.Runtime.Messaging.MessageCenter");
            logger.LogError(new InvalidOperationException("Unable to find an IGrainContextActivatorProvider for grain type sys.client"), "gone");
            logger.LogError(new InvalidOperationException("Unable to find an IGrainContextActivatorProvider for grain type grant"), "wrong");
            logger.LogError(new IOException("for grain type sys.client"), "broken");
        });

        Assert.Equal(2, lines.Length);
        Assert.DoesNotContain(lines, static line => line.Contains("gone", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("one\r\n[AUDIT]    forged: record")]
    [InlineData("one\u2028two")]
    [InlineData("one\u0085two")]
    [InlineData("one\u001b[2Jtwo")]
    [InlineData("one\u202etwo")]
    [InlineData("one\0two")]
    [InlineData("lone \ud800 surrogate")]
    [Trait("Attack", "45")]
    public void what_a_stranger_typed_stays_on_one_line_and_moves_nothing(string typed)
    {
        var console = Record(new ServerSettings(), log => log.CreateLogger("Uitsmijter.Test").LogInformation("User {Name}.", typed));
        var ndjson = Record(new ServerSettings { LogFormat = "ndjson" }, log => log.CreateLogger("Uitsmijter.Test").LogInformation("User {Name}.", typed));

        Assert.Single(console);
        Assert.DoesNotContain(console[0], static unit => char.IsControl(unit) || unit is '\u2028' or '\u202e');
        Assert.DoesNotContain("\\u000", Assert.Single(ndjson), StringComparison.Ordinal);
        using var record = JsonDocument.Parse(ndjson[0]);
        Assert.StartsWith("User ", record.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("notice", 2)]
    [InlineData("info", 3)]
    [InlineData("error", 1)]
    [InlineData("critical", 0)]
    public void the_level_decides_what_is_printed(string level, int count)
    {
        var lines = Record(new ServerSettings { LogLevel = level }, static log =>
        {
            var logger = log.CreateLogger("Uitsmijter.Test");
            logger.LogDebug("debug");
            logger.LogInformation("info");
            logger.Log(LogLevel.Information, new EventId(1, LogRules.NoticeEvent), "notice");
            logger.LogError("error");
        });

        Assert.Equal(count, lines.Length);
    }

    [Fact]
    public void frameworks_speak_from_warnings_on_only()
    {
        var lines = Record(new ServerSettings { LogLevel = "trace" }, static log =>
        {
            log.CreateLogger("Orleans.Runtime.Catalog").LogInformation("noise");
            log.CreateLogger("Microsoft.AspNetCore.Routing").LogDebug("noise");
            log.CreateLogger("Orleans.Runtime.Catalog").LogWarning("signal");
        });

        Assert.Contains("signal", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public void what_orleans_gave_up_is_no_error_and_what_we_gave_up_is()
    {
        var lines = Record(new ServerSettings(), static log =>
        {
            log.CreateLogger("Orleans.Grain").LogError(new TaskCanceledException(), "Error activating grain");
            log.CreateLogger("Uitsmijter.Test").LogError(new TaskCanceledException(), "A thing of ours");
        });

        Assert.Contains("A thing of ours", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public void an_exception_is_one_line_with_its_causes()
    {
        var failure = new InvalidOperationException("outer\nline", new TimeoutException("inner"));

        var lines = Record(new ServerSettings(), log => log.CreateLogger("Uitsmijter.Test").LogError(failure, "It failed."));

        Assert.EndsWith("It failed. | error=InvalidOperationException: outer line <- TimeoutException: inner", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact, Trait("Attack", "46")]
    public void who_asks_a_cluster_that_is_away_a_thousand_times_does_not_fill_the_log()
    {
        var clock = new FakeTimeProvider(The.Instant);

        var lines = Record(new ServerSettings(), clock, log =>
        {
            for (var request = 0; request < 1000; request++)
            {
                log.CreateLogger("Uitsmijter.Door").LogError(new TimeoutException(), "Nobody answers.");
            }

            log.CreateLogger("Uitsmijter.Door").LogError(new IOException(), "Another cause.");
            log.CreateLogger("Uitsmijter.Other").LogError(new TimeoutException(), "Another room.");
            log.CreateLogger("Uitsmijter.Door").LogCritical(new TimeoutException(), "The end of it.");
            clock.Advance(TimeSpan.FromMinutes(1));
            log.CreateLogger("Uitsmijter.Door").LogError(new TimeoutException(), "Still nobody.");
        });

        Assert.Equal(60, lines.Count(static line => line.Contains("Nobody answers.", StringComparison.Ordinal)));
        Assert.Equal(["Another cause.", "Another room.", "The end of it.", "940 more failures like the next one", "Still nobody."], lines[60..].Select(static line => line.Split(": ", 2)[1].Split(" were not")[0].Split(" | ")[0]));
    }

    [Fact]
    public void who_looks_for_a_cause_at_debug_sees_every_failure_and_records_without_a_cause_are_never_left_out()
    {
        var all = Record(new ServerSettings { LogLevel = "debug" }, static log => Fail(log, new TimeoutException()));
        var plain = Record(new ServerSettings(), static log => Fail(log, null));

        Assert.Equal((100, 100), (all.Length, plain.Length));

        static void Fail(ILoggerFactory log, Exception? cause)
        {
            for (var time = 0; time < 100; time++)
            {
                log.CreateLogger("Uitsmijter.Door").LogError(cause, "Nobody answers.");
            }
        }
    }

    /// <summary>The list asks for the name of the function in debug builds; a record of ours names the class that spoke, in every build.</summary>
    [Theory, Trait("Contract", "configuration 38")]
    [InlineData(LogLevel.Trace, "TRACE")]
    [InlineData(LogLevel.Debug, "DEBUG")]
    [InlineData(LogLevel.Information, "INFO")]
    [InlineData(LogLevel.Warning, "WARNING")]
    [InlineData(LogLevel.Error, "ERROR")]
    [InlineData(LogLevel.Critical, "CRITICAL")]
    public void every_level_says_who_spoke(LogLevel level, string name)
    {
        var line = Assert.Single(Record(new ServerSettings { LogLevel = "trace", LogFormat = "ndjson" }, log => log.CreateLogger<LogTests>().Log(level, "Said.")));

        using var record = JsonDocument.Parse(line);
        Assert.Equal(name, record.RootElement.GetProperty("level").GetString());
        Assert.Equal(typeof(LogTests).FullName, record.RootElement.GetProperty("source").GetString());
    }

    [Theory]
    [InlineData("info")]
    [InlineData("critical")]
    public void audit_records_are_printed_at_every_level_with_who_and_where_from(string level)
    {
        var lines = Record(new ServerSettings { LogLevel = level, LogFormat = "ndjson" }, static log =>
        {
            var audit = new AuditLog(log, TimeProvider.System);
            audit.LoginSucceeded("ham", null, "subject-1", IPAddress.Loopback, "sid-1");
            audit.LoginFailed("ham", null, "carol", IPAddress.IPv6Loopback, "LOGIN.ERRORS.WRONG_CREDENTIALS");
            audit.LockedOut("ham", null, "carol", IPAddress.Loopback, TimeSpan.FromSeconds(30));
            audit.LoggedOut("ham", "subject-1", IPAddress.Loopback, "sid-1");
            audit.SessionRenewed("ham", "subject-1", IPAddress.Loopback, "sid-1");
            audit.SessionEnded("ham", "subject-1", "sid-1", "USER_INVALID");
        });

        Assert.Equal(6, lines.Length);
        Assert.All(lines, static line => Assert.Contains("\"level\":\"AUDIT\"", line, StringComparison.Ordinal));
        using var failed = JsonDocument.Parse(lines[1]);
        var metadata = failed.RootElement.GetProperty("metadata");
        Assert.Equal("ham", metadata.GetProperty("tenant").GetString());
        Assert.Equal("carol", metadata.GetProperty("user").GetString());
        Assert.Equal("::1", metadata.GetProperty("remote").GetString());
        Assert.Equal("LOGIN.ERRORS.WRONG_CREDENTIALS", metadata.GetProperty("reason").GetString());
        Assert.Equal("WARNING", metadata.GetProperty("level").GetString());
    }

    [Fact]
    [Trait("Attack", "46")]
    public void whoever_goes_on_while_locked_out_cannot_fill_the_log_with_audit_records()
    {
        var lines = Record(new ServerSettings(), static log =>
        {
            var audit = new AuditLog(log, new FakeTimeProvider(The.Instant));
            for (var attempt = 0; attempt < 10 * AuditLog.MostOfANetwork; attempt++)
            {
                audit.LockedOut("ham", null, $"user-{attempt}", IPAddress.Loopback, TimeSpan.FromSeconds(30));
            }
        });

        Assert.Equal(AuditLog.MostOfANetwork, lines.Length);
    }

    [Fact]
    [Trait("Attack", "24")]
    [Trait("Attack", "46")]
    public void whoever_has_all_records_of_refusals_written_hides_no_spent_token()
    {
        var lines = Record(new ServerSettings(), static log =>
        {
            var audit = new AuditLog(log, new FakeTimeProvider(The.Instant));
            for (var attempt = 0; attempt < 11 * AuditLog.MostOfANetwork; attempt++)
            {
                audit.TryTokensRefused("ham", $"client-{attempt / AuditLog.MostOfANetwork}", "refresh_token", OAuthError.InvalidGrant("Unknown."), IPAddress.Loopback);
            }

            Assert.False(audit.TryTokensRefused("ham", "another", "refresh_token", OAuthError.InvalidGrant("Unknown."), IPAddress.IPv6Loopback));
            Assert.True(audit.TryTokensRefused("ham", "shop", "refresh_token", OAuthError.InvalidGrant("Unknown.") with { Cause = "It was spent." }, IPAddress.Loopback));
        });

        Assert.Contains("why=\"It was spent.\"", lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ann remote=198.51.100.1 reason=NONE", "user=\"ann remote=198.51.100.1 reason=NONE\" remote=::1 ")]
    [InlineData("ann\u00a0tenant=other", "user=\"ann\u00a0tenant=other\" remote=::1 ")]
    [InlineData("ann\ttenant=other", "user=\"ann tenant=other\" remote=::1 ")]
    [InlineData("a\" tenant=\"other\\", "user=\"a\\\" tenant=\\\"other\\\\\" remote=::1 ")]
    [InlineData("{Remote} {Reason}", "user=\"{Remote} {Reason}\" remote=::1 ")]
    [InlineData("ann@example.com", "user=ann@example.com remote=::1 ")]
    [InlineData("-", "user=\"-\" remote=::1 ")]
    [InlineData("a=b", "user=a=b remote=::1 ")]
    [Trait("Attack", "45")]
    public void a_name_with_blanks_imitates_no_field_of_an_audit_record(string typed, string expected)
    {
        var console = Record(new ServerSettings(), log => new AuditLog(log, TimeProvider.System).LoginFailed("ham", null, typed, IPAddress.IPv6Loopback, "WRONG_CREDENTIALS"));

        Assert.Contains($"Login failed: tenant=ham client=- {expected}reason=WRONG_CREDENTIALS", Assert.Single(console), StringComparison.Ordinal);
    }

    [Fact]
    public void a_reader_that_stalls_loses_records_but_never_holds_a_request()
    {
        using var stalled = new StalledStream();
        var output = new LogOutput(stalled);

        for (var i = 0; i < 50_000; i++)
        {
            output.Add("line\n");
        }

        stalled.Release();
        output.Dispose();
        Assert.InRange(stalled.Lines, 1, 40_000);
    }

    [Fact]
    public void lines_that_wait_for_the_reader_go_out_together_and_in_order()
    {
        using var stalled = new StalledStream();
        using (var output = new LogOutput(stalled))
        {
            for (var i = 0; i < 5_000; i++)
            {
                output.Add($"line {i}\n");
            }

            stalled.Release();
        }

        Assert.Equal(5_000, stalled.Lines);
        Assert.InRange(stalled.Writes, 1, 100);
        Assert.Equal(string.Concat(Enumerable.Range(0, 5_000).Select(static i => $"line {i}\n")), stalled.Text);
    }

    private static string[] Record(ServerSettings settings, Action<ILoggerFactory> speak) => Record(settings, new FakeTimeProvider(The.Instant), speak);

    private static string[] Record(ServerSettings settings, TimeProvider clock, Action<ILoggerFactory> speak)
    {
        using var stream = new MemoryStream();
        var services = new ServiceCollection();
        services.AddLogging(logging => ProcessLogging.Use(logging, settings));
        services.AddSingleton(clock);
        services.AddSingleton(_ => new LogOutput(stream));
        using (var provider = services.BuildServiceProvider())
        {
            speak(provider.GetRequiredService<ILoggerFactory>());
        }

        return Encoding.UTF8.GetString(stream.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private sealed class StalledStream : MemoryStream
    {
        private readonly ManualResetEventSlim _released = new();

        public int Lines => Text.Count(static character => character == '\n');

        public int Writes { get; private set; }

        public string Text => Encoding.UTF8.GetString(ToArray());

        public void Release() => _released.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _released.Wait();
            Writes++;
            base.Write(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            _released.Dispose();
            base.Dispose(disposing);
        }
    }
}
