//! No statement may read a whole table: what a step costs must not grow with the runs that are kept.

use rusqlite::Connection;

use super::{advance, amend, batch, claim, create, delete, history, list, log, look, schema, workers};

const STATEMENTS: &[&str] = &[
    advance::FIND,
    advance::GO_ON,
    advance::MOVE,
    amend::FIND,
    amend::CHANGE,
    batch::IS_ALIVE,
    claim::CANDIDATES,
    claim::LOAD,
    claim::TAKE,
    create::EXISTS,
    create::POINT,
    create::DEFINITION,
    delete::FIND,
    delete::OLD,
    delete::DELETE,
    delete::FORGET_DEFINITION,
    history::REPLACE,
    history::BEFORE,
    history::FORGET,
    list::ALL,
    list::OF_WORKFLOW,
    list::OF_STATUS,
    list::OF_BOTH,
    log::LAST,
    log::IS_DECIDED,
    look::LOAD,
    look::RUN,
    look::VISITS,
    look::EVENTS,
    workers::KNOWN,
    workers::PRESENT,
    workers::RENEW,
    workers::CANCELLED,
    workers::NEXT_AT_ONCE,
    workers::NEXT_DUE,
    workers::GIVE_UP,
    workers::FORGET,
    workers::BURY,
];

#[test]
fn every_statement_finds_its_rows_by_an_index() {
    let mut connection = Connection::open_in_memory().unwrap();
    schema::migrate(&mut connection, &super::error::Place::memory()).unwrap();
    let mut scans = Vec::new();
    for sql in STATEMENTS {
        let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let lines = plan.raw_query().mapped(|row| row.get::<_, String>("detail")).map(Result::unwrap);
        let is_scan = |line: &String| {
            let table = line.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
            let kept = ["definitions", "events", "runs", "visits", "workers"];
            table.is_some_and(|table| kept.contains(&table)) && !line.contains("USING")
        };
        scans.extend(lines.filter(is_scan).map(|line| format!("{line}: {sql}")));
    }
    assert!(scans.is_empty(), "{}", scans.join("\n"));
}
