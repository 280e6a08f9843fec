using System.Net.Sockets;
using Chatalot.Shared.Postgres;
using Npgsql;

namespace Chatalot.Features.Tests.Postgres;

public sealed class DatabaseFailureTests
{
    public static TheoryData<string, bool, Exception> Failures =>
        new()
        {
            { "connection refused", true, new NpgsqlException("connect", new SocketException(111)) },
            { "broken connection", true, new NpgsqlException("read", new IOException("broken pipe")) },
            { "end of the stream", true, new NpgsqlException("read", new EndOfStreamException()) },
            { "timeout", true, new NpgsqlException("read", new TimeoutException()) },
            { "connection exception 08006", true, Answer("08006") },
            { "admin shutdown", true, Answer("57P01") },
            { "crash shutdown", true, Answer("57P02") },
            { "starting up", true, Answer("57P03") },
            { "too many connections", true, Answer("53300") },
            { "wrapped", true, new InvalidOperationException("outer", Answer("57P01")) },
            { "one of several", true, new AggregateException(new FormatException(), Answer("57P01")) },
            { "statement timeout", false, Answer("57014") },
            { "unique violation", false, Answer("23505") },
            { "serialization failure", false, Answer("40001") },
            { "misuse of a connection", false, new NpgsqlException("a command is already in progress") },
            { "a client's socket", false, new IOException("reset", new SocketException(104)) },
            { "a timeout elsewhere", false, new TimeoutException() },
            { "anything else", false, new InvalidOperationException() },
        };

    [Theory]
    [MemberData(nameof(Failures))]
    public void It_tells_a_lost_connection_from_an_answer(string what, bool lost, Exception failure) =>
        DatabaseFailure.IsConnectionFailure(failure).ShouldBe(lost, what);

    [Fact]
    public void A_description_is_one_line_with_the_cause() =>
        DatabaseFailure
            .Describe(new NpgsqlException("Failed to connect", new IOException("broken\npipe")))
            .ShouldBe("Failed to connect: broken pipe");

    private static PostgresException Answer(string sqlState) => new("text", "FATAL", "FATAL", sqlState);
}
