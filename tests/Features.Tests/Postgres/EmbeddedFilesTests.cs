using Chatalot.Shared.Postgres;
using Chatalot.Shared.Postgres.Embedded;

namespace Chatalot.Features.Tests.Postgres;

public sealed class EmbeddedFilesTests
{
    [Fact]
    public void The_postmasters_file_tells_process_socket_and_status() =>
        PostmasterFile
            .Parse("4711\n/data/cluster\n1700000000\n5432\n/run/chat\n\n  123 456\nready   \n")
            .ShouldBe(new PostmasterFile(4711, "/run/chat", "ready"));

    [Fact]
    public void A_file_that_is_still_being_written_is_not_ready() =>
        PostmasterFile.Parse("4711\n/data/cluster\n").ShouldBe(new PostmasterFile(4711, "", ""));

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("-3\n")]
    [InlineData("no number\n")]
    public void A_file_without_a_process_is_none(string text) => PostmasterFile.Parse(text).ShouldBeNull();

    [Fact]
    public void As_root_the_server_runs_as_postgres() =>
        ServerAccount
            .FindIn(["root:x:0:0::/root:/bin/sh", "chatalot:x:7:8::/:", "# note", "postgres:x:101:104::/:/bin/sh"])
            .ShouldBe(new ServerAccount("postgres", 101, 104));

    [Fact]
    public void Without_a_suitable_user_the_message_says_what_to_do() =>
        Should
            .Throw<EmbeddedPostgresException>(() => ServerAccount.FindIn(["root:x:0:0::/:", "postgres:x:0:0::/:"]))
            .Message.ShouldContain("useradd --system postgres");

    [Fact]
    public void A_folder_without_the_servers_programs_is_refused_by_name() =>
        Should
            .Throw<EmbeddedPostgresException>(() => PostgresBinaries.Find("/usr/share", clusterMajor: null))
            .Message.ShouldStartWith("PG_BIN names '/usr/share', which does not hold working programs");
}
