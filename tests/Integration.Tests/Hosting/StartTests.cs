using System.Net;
using Chatalot.Integration.Tests.Infrastructure;

namespace Chatalot.Integration.Tests.Hosting;

public sealed class StartTests
{
    [Fact]
    public async Task Given_a_database_that_goes_away_while_it_is_made_ready_Then_the_start_goes_on_when_it_is_back()
    {
        await using var server = await TestServer.StartAsync();
        await server.ExecuteAsync(
            """
            create sequence looks;
            create function end_the_first() returns boolean language plpgsql as $$
            begin
                if nextval('looks') = 1 then
                    perform pg_terminate_backend(pg_backend_pid());
                end if;
                return true;
            end $$;
            alter table schema_scripts enable row level security;
            alter table schema_scripts force row level security;
            create policy breaks_once on schema_scripts using (end_the_first());
            """
        );

        await using var sibling = await server.StartSiblingAsync();

        (await server.QueryAsync<bool>("select is_called from looks")).ShouldBeTrue();
        (await sibling.Http.GetAsync("/api/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
