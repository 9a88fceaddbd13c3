//! The servers that the other tests stand on.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use stepflow_tests::postgres::{self, Settings};
use tokio_postgres::{Config, NoTls};

/// Tells a second process of this binary what it is for.
const ROLE: &str = "STEPFLOW_TEST_HARNESS_ROLE";

#[test]
fn every_test_has_a_database_of_its_own() {
    let Some(one) = postgres::database() else { return };
    let Some(other) = postgres::database() else { return };
    one.execute("CREATE TABLE refunds (id text)");
    other.execute("CREATE TABLE refunds (id text); INSERT INTO refunds VALUES ('r-1')");
    assert_eq!(one.query("SELECT count(*) FROM refunds"), [["0"]]);
    assert_eq!(other.query("SELECT count(*), max(id) FROM refunds"), [["1", "r-1"]]);
}

#[test]
fn a_database_goes_with_its_test() {
    let Some(gone) = postgres::database() else { return };
    let Some(left) = postgres::database() else { return };
    let name = gone.name().to_owned();
    drop(gone);
    let names = left.query("SELECT datname FROM pg_database");
    assert!(!names.contains(&vec![name]), "{names:?}");
}

#[tokio::test]
async fn a_server_is_stopped_killed_and_started() {
    let Some(server) = postgres::server(Settings::default()) else { return };
    let database = server.database();
    database.execute("CREATE TABLE refunds (id text); INSERT INTO refunds VALUES ('r-1')");
    let client = database.client().await;
    for end in [postgres::Server::stop, postgres::Server::kill] {
        end(&server);
        client.query("SELECT 1", &[]).await.expect_err("the server is gone");
        server.start_again();
        assert_eq!(database.query("SELECT id FROM refunds"), [["r-1"]]);
    }
}

/// The other process: it starts a server, says where, and waits to be killed.
#[test]
fn a_process_with_a_server() {
    if std::env::var(ROLE).is_err() {
        return;
    }
    let Some(server) = postgres::server(Settings::default()) else { return };
    println!("server: {}", server.url("postgres"));
    let _ = std::io::stdin().read_line(&mut String::new());
}

#[tokio::test]
async fn a_killed_process_leaves_no_server_behind() {
    if postgres::server(Settings::default()).is_none() {
        return;
    }
    let mut process = Command::new(std::env::current_exe().expect("this binary"))
        .args(["--exact", "--nocapture", "postgres::harness::a_process_with_a_server"])
        .env(ROLE, "server")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the process starts");
    let output = BufReader::new(process.stdout.take().expect("its output"));
    let url = output
        .lines()
        .map_while(Result::ok)
        .find_map(|line| Some(line.split_once("server: ")?.1.to_owned()))
        .expect("its server");
    let config: Config = url.parse().expect("a URL");
    let (_client, connection) = config.connect(NoTls).await.expect("the server answers");

    process.kill().expect("it can be killed");
    process.wait().expect("it ends");

    // The connection lasts as long as the server does: this returns because the server is stopped.
    let _ = connection.await;
    config.connect(NoTls).await.err().expect("nobody listens");
}
