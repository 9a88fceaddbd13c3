//! Checkpoints that somebody edited by hand: each is told and waits, the others go on, and so does it once it is
//! what it was.

use std::error::Error;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use stepflow::{ApprovalDecision, workflow};
use stepflow_store::{Existing, RunStatus, Runner, Runs, Store};

use crate::changed::place::{Log, Place, TestResult, id, past_held};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Claim {
    cents: u32,
    seen: Vec<String>,
}

struct Payout {
    state: Claim,
    log: Log,
}

#[workflow(state = Claim)]
impl Payout {
    #[step]
    fn check(&mut self) {
        self.state.seen.push("check".to_owned());
    }
    #[step(approval = "Pay it?")]
    fn pay(&mut self, ctx: &mut stepflow::RunContext<'_>) {
        self.log.note(format!("{} pay", ctx.run_id()));
        self.state.seen.push("pay".to_owned());
    }
    #[step]
    fn file(&mut self) {
        self.state.seen.push("file".to_owned());
    }
}

/// What was done to a run, in both dialects of SQL (`{id}` is its id, `{run}` its key), and a part of what is said
/// about it.
const EDITS: &[(&str, &str)] = &[
    ("UPDATE runs SET head = 'none' WHERE id = '{id}'", "head of the saved run cannot be read"),
    (
        "UPDATE runs SET head = replace(head, '\"position\"', '\"place\"') WHERE id = '{id}'",
        "unknown field `place`",
    ),
    ("UPDATE runs SET head = replace(head, '\"step\":1', '\"step\":7') WHERE id = '{id}'", "damaged"),
    ("UPDATE runs SET head = replace(head, '\"step\":1', '\"step\":0') WHERE id = '{id}'", "damaged"),
    ("UPDATE runs SET head = replace(head, '\"paused\"', '\"sleeping\"') WHERE id = '{id}'", "sleeping"),
    ("UPDATE visits SET result = 'null' WHERE run = {run} AND sequence = 1", "cannot be read"),
    (
        "UPDATE visits SET result = replace(result, '\"check\"', '\"cheque\"') WHERE run = {run} AND sequence = 1",
        "cheque",
    ),
    ("DELETE FROM visits WHERE run = {run} AND sequence = 1", ""),
    ("UPDATE visits SET state = '{\"cents\":' WHERE run = {run} AND sequence = 1", "damaged"),
    ("UPDATE visits SET state = '{\"cents\":-1,\"seen\":[]}' WHERE run = {run} AND sequence = 1", "`cents`"),
    (
        "UPDATE visits SET state = '{\"cents\":1,\"seen\":[],\"more\":1}' WHERE run = {run} AND sequence = 1",
        "`more`",
    ),
    ("UPDATE runs SET answer = 'yes' WHERE id = '{id}'", "damaged"),
    ("UPDATE runs SET answer = '{\"decided\":{\"approved\":\"yes\"}}' WHERE id = '{id}'", "damaged"),
    ("UPDATE runs SET answer = '{\"settled\":\"did_not_happen\"}' WHERE id = '{id}'", "was decided on"),
    ("UPDATE runs SET answer = NULL WHERE id = '{id}'", "was decided on"),
    (
        "UPDATE runs SET definition = {edited} WHERE id = '{id}'",
        "definition that is kept with the run cannot be read",
    ),
];

/// As it was before: what was edited is put back, in rows that still wait.
const MEND: &str = "
    UPDATE runs SET head = (SELECT head FROM old_runs o WHERE o.id = runs.id),
        answer = (SELECT answer FROM old_runs o WHERE o.id = runs.id),
        definition = (SELECT definition FROM old_runs o WHERE o.id = runs.id)
        WHERE id <> 'whole';
    UPDATE visits SET result = (SELECT result FROM old_visits o WHERE o.run = visits.run AND o.sequence = visits.sequence),
        state = (SELECT state FROM old_visits o WHERE o.run = visits.run AND o.sequence = visits.sequence)
        WHERE EXISTS (SELECT 1 FROM old_visits o WHERE o.run = visits.run AND o.sequence = visits.sequence);
    INSERT INTO visits SELECT * FROM old_visits o
        WHERE NOT EXISTS (SELECT 1 FROM visits v WHERE v.run = o.run AND v.sequence = o.sequence);
";

fn edit(place: &Place, sql: &str) {
    match place {
        Place::Postgres(database) => database.execute(sql),
        Place::Sqlite { path, .. } => {
            rusqlite::Connection::open(path).unwrap().execute_batch(sql).expect("SQLite understands it");
        }
        Place::Memory(_) => {}
    }
}

async fn program(place: &Place, log: &Log) -> Result<Runner, Box<dyn Error>> {
    let log = log.clone();
    Ok(place.program().await?.register(move |state| Payout { state, log: log.clone() }).start().await?)
}

async fn edited(place: Place, key: &str, definition: &str) -> TestResult {
    let log = Log::default();
    let runner = program(&place, &log).await?;
    let names: Vec<String> = (0..EDITS.len()).map(|number| format!("edited-{number}")).collect();
    let mut gates = Vec::new();
    for name in names.iter().map(String::as_str).chain(["whole"]) {
        let state = Claim { cents: 100, seen: vec![] };
        let run =
            runner.start(id(name), Payout { state, log: log.clone() }).if_exists(Existing::Refuse).await?;
        gates.push(run.wait().await?.gate().ok_or("it asks")?);
    }
    drop(runner);
    let desk = Runs::new(place.open().await?);
    for gate in gates {
        desk.decide(&gate, ApprovalDecision::approve().by("noor")).await?;
    }
    drop(desk);

    edit(
        &place,
        "CREATE TABLE old_runs AS SELECT * FROM runs; CREATE TABLE old_visits AS SELECT * FROM visits;",
    );
    edit(&place, "INSERT INTO definitions (key, fingerprint, json) VALUES ('edited', '0', 'none');");
    for (name, (sql, _)) in names.iter().zip(EDITS) {
        let run = format!("(SELECT {key} FROM runs WHERE id = '{name}')");
        edit(&place, &sql.replace("{id}", name).replace("{run}", &run).replace("{edited}", definition));
    }

    let runner = program(&place, &log).await?;
    assert!(runner.run(id("whole")).wait().await?.is_succeeded(), "the others go on");
    let store: Arc<dyn Store> = place.open().await?;
    let mut said = Vec::new();
    for (name, (sql, complaint)) in names.iter().zip(EDITS) {
        let told = match runner.run(id(name)).wait().await {
            Err(error) => full_text(&error),
            Ok(outcome) => format!("{}, {:?}", outcome.status(), outcome.hold().map(ToString::to_string)),
        };
        let hold = store.load(&id(name)).await.map(|run| run.and_then(|run| run.hold));
        let all = format!("{told} / {hold:?}");
        if !all.contains(complaint) {
            said.push(format!("{sql}\n    {all}"));
        }
        assert_eq!(log.count(&format!("{name} pay")), 0, "{sql}: nothing ran");
    }
    assert!(said.is_empty(), "{}", said.join("\n"));
    drop((runner, store));

    edit(&place, MEND);
    let runner = program(&place, &log).await?;
    let desk = runner.runs();
    for (name, (sql, _)) in names.iter().zip(EDITS) {
        if desk.get(&id(name)).await?.status == RunStatus::Held {
            let _ = desk.release(&id(name), "noor").await;
        }
        let outcome = past_held(&runner, &id(name)).await?;
        assert!(outcome.is_succeeded(), "{sql}: {outcome:?}");
        assert_eq!(outcome.state::<Claim>()?.seen, ["check", "pay", "file"], "{sql}");
        assert_eq!(log.count(&format!("{name} pay")), 1, "{sql}");
    }
    Ok(())
}

fn full_text(error: &dyn Error) -> String {
    let cause = error.source().map(full_text);
    cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_checkpoint_that_was_edited_by_hand_is_told_and_waits_on_sqlite() -> TestResult {
    edited(Place::sqlite()?, "number", "(SELECT number FROM definitions WHERE key = 'edited')").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_checkpoint_that_was_edited_by_hand_is_told_and_waits_on_postgresql() -> TestResult {
    let Some(place) = Place::postgres() else { return Ok(()) };
    edited(place, "key", "'edited'").await
}
