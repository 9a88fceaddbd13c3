//! A PostgreSQL server that goes away in the middle of a run.

use std::time::Duration;

use stepflow_tests::postgres::{self, Server, Settings};

use super::process::{HOUR, Program, begun};
use crate::crash::journal::Journal;

#[test]
fn a_run_waits_while_the_server_is_away_and_goes_on_when_it_is_back() {
    for end in [Server::stop, Server::kill] {
        let Some(server) = postgres::server(Settings::default()) else { return };
        let (database, journal) = (server.database(), Journal::new());
        let mut program = Program::start(database.url(), &journal, HOUR);
        program.hear("in first");
        program.go_on();
        program.hear("in second");
        end(&server);
        program.go_on();
        program.hear("the store is asked again: ");
        server.start_again();
        program.hear("in third");
        program.finish(&[]);
        assert_eq!(begun(&journal), [1, 1, 1], "the body that had run is not run again");
    }
}

#[test]
fn a_run_goes_on_by_itself_after_the_server_was_away_for_longer_than_the_lease() {
    for end in [Server::stop, Server::kill] {
        let Some(server) = postgres::server(Settings::default()) else { return };
        let (database, journal) = (server.database(), Journal::new());
        let mut program = Program::start(database.url(), &journal, Duration::from_secs(3));
        program.hear("in first");
        program.go_on();
        program.hear("in second");
        end(&server);
        program.go_on();
        program.hear("the lease is lost");
        server.start_again();
        program.hear("in second");
        program.finish(&["third"]);
        assert_eq!(begun(&journal), [1, 2, 1], "what was not committed ran again, under the same key");
    }
}

#[test]
fn a_process_that_finds_no_server_says_so() {
    let Some(server) = postgres::server(Settings::default()) else { return };
    let (database, journal) = (server.database(), Journal::new());
    let lease = Duration::from_secs(3);
    let mut program = Program::start(database.url(), &journal, lease);
    program.hear("in first");
    server.stop();
    program.kill();
    let mut program = Program::start(database.url(), &journal, HOUR);
    program.hear("refused: ");
    assert!(program.end().success());

    // With the server went the lock that told of the process: now its lease has to run out.
    server.start_again();
    let mut program = Program::start(database.url(), &journal, HOUR);
    program.hear("in first");
    program.finish(&["second", "third"]);
    assert_eq!(begun(&journal), [2, 1, 1]);
}
