//! The recorded tables of the original's pure helpers, replayed row by row.
//!
//! A row agrees, or it stands for a defect of the original that is not repeated: then it has to differ. Which rows
//! those are is said by rules in [`rows`], so that they hold for rows that have not been seen.
//! `STEPFLOW_WIZARD_TABLES=folder cargo test --test wizard tables` replays other tables of the same format.

#![expect(clippy::expect_used, reason = "a table that cannot be read has failed")]

mod derivations;
mod expressions;
mod rows;
mod values;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use self::rows::Row;

macro_rules! tables {
    ($($name:ident),* $(,)?) => {
        const COMMITTED: &[(&str, &str)] =
            &[$((stringify!($name), include_str!(concat!("../../data/wizard/tables/", stringify!($name), ".json")))),*];
    };
}

tables!(boolean_signals, derivation_transforms, enum_match, expressions, grounding, normalise);

#[derive(Deserialize)]
struct Table {
    format: u32,
    about: Value,
    rows: Vec<Value>,
}

/// What a row says, what ours does, and the defect that it stands for, if it does.
struct Replay {
    recorded: Value,
    ours: Value,
    defect: Option<Row>,
}

type Check = fn(&Table, &Value) -> Replay;

#[test]
fn boolean_signals_agree_or_stand_for_a_defect() {
    check("boolean_signals", values::boolean_signal);
}

#[test]
fn derivation_transforms_agree_or_stand_for_a_defect() {
    check("derivation_transforms", derivations::derivation);
}

#[test]
fn enum_matches_agree_or_stand_for_a_defect() {
    check("enum_match", values::enum_match);
}

#[test]
fn expressions_agree_or_stand_for_a_defect() {
    check("expressions", expressions::expression);
}

#[test]
fn groundings_agree_or_stand_for_a_defect() {
    check("grounding", values::grounding);
}

#[test]
fn normalised_values_agree_or_stand_for_a_defect() {
    check("normalise", values::normalise);
}

/// Replays a table, and reports every row that neither agrees nor differs as its defect says.
fn check(name: &str, replay: Check) {
    let table: Table = serde_json::from_str(&text_of(name)).expect("the table is readable");
    assert_eq!(table.format, 1, "the tables' format");
    let mut through: BTreeMap<&str, usize> = BTreeMap::new();
    let mut problems = Vec::new();
    for row in &table.rows {
        let Replay { recorded, ours, defect } = replay(&table, row);
        match (defect, recorded == ours) {
            (None, true) => {}
            (Some(defect), false) => *through.entry(defect.label()).or_default() += 1,
            (None, false) => problems.push(format!("{row}\n  ours: {ours}")),
            (Some(defect), true) => {
                problems.push(format!("{row}\n  agrees, though it stands for {}", defect.label()));
            }
        }
    }
    // Straight to the stream: what the test harness captures is not seen when a test passes.
    let said = format!("{name}: {} rows, not repeated: {through:?}\n", table.rows.len());
    let _ = std::io::stderr().write_all(said.as_bytes());
    assert!(problems.is_empty(), "{name}: {} rows\n{}", problems.len(), problems.join("\n"));
}

/// The committed table, or the one in the folder that was asked for.
fn text_of(name: &str) -> String {
    let Some(folder) = std::env::var_os("STEPFLOW_WIZARD_TABLES") else {
        let committed = COMMITTED.iter().find(|(known, _)| *known == name);
        return committed.expect("the table is committed").1.to_owned();
    };
    // The tests run in their package's folder, the caller most likely is in the workspace's.
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places =
        [std::env::var_os("PWD").map(PathBuf::from), Some(PathBuf::new()), package.parent().map(Into::into)];
    let file = format!("{name}.json");
    let paths = places.into_iter().flatten().map(|place| place.join(&folder).join(&file));
    let path = paths.into_iter().find(|path| path.is_file()).expect("the folder holds the table");
    std::fs::read_to_string(path).expect("the table can be read")
}
