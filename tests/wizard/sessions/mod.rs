//! The recorded sessions of the original, replayed under its rules: they agree, but for defects that are not reproduced.
//!
//! `differences.txt` beside this file has a line for every call that differs, with the defects it differs by. A call that
//! stands there must differ, and one that does not must agree. `STEPFLOW_WIZARD_SESSIONS=folder` replays other sessions of
//! the same format, of which every difference must go back to a known defect.

mod compare;
mod differences;
mod replay;
mod trace;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use expect_test::expect_file;
use serde_json::{Value, json};

use self::compare::{Differing, differences};
use self::differences::{Case, explain};
use self::replay::{Made, Player};
use self::trace::{Row, Session, Trace};

#[test]
fn sessions_go_as_they_were_recorded() {
    let mut report = Report::default();
    for trace in trace::all() {
        for session in &trace.sessions {
            replay(&trace, session, &mut report);
        }
    }
    assert!(report.calls > 0);
    assert!(report.unexplained.is_empty(), "{}", report.unexplained);
    if std::env::var_os("STEPFLOW_WIZARD_SESSIONS").is_none() {
        expect_file!["differences.txt"].assert_eq(&report.table);
    }
}

#[test]
fn sessions_go_the_same_way_from_saved_states() {
    for trace in trace::all() {
        for session in &trace.sessions {
            let (Ok(mut one), Ok(mut other)) = (Player::new(&trace, session), Player::new(&trace, session))
            else {
                continue;
            };
            for row in &session.calls {
                other.save_and_load();
                assert_eq!(one.play(row).row, other.play(row).row, "{}/{}", trace.name, session.name);
            }
        }
    }
}

#[derive(Default)]
struct Report {
    calls: usize,
    /// A line for each call that differs.
    table: String,
    /// Differences that no known defect explains.
    unexplained: String,
}

fn replay(trace: &Trace, session: &Session, report: &mut Report) {
    let place = format!("{}/{}", trace.name, session.name);
    let mut player = match Player::new(trace, session) {
        Ok(player) => player,
        // A state that names an unknown stage is accepted, and goes nowhere.
        Err(error) if error.contains("there is no stage") && session.options.initial.is_some() => {
            writeln!(report.table, "{place} W15").unwrap();
            return;
        }
        Err(error) => {
            writeln!(report.unexplained, "{place} cannot be played: {error}").unwrap();
            return;
        }
    };
    report.tell(&place, None, &differences(&json!(session.initial_stage), &json!(player.start_stage())));
    let (derived, per_turn) = player.special_fields();
    let mut found = differences(&bare(&session.initial_state), &player.state());
    found.retain(|differing| !differences::of_the_start(differing, &per_turn));
    report.tell(&place, None, &found);
    let (mut undeclared, mut invented_so_far) = (BTreeSet::new(), BTreeSet::new());
    for (index, row) in session.calls.iter().enumerate() {
        let place = format!("{place}[{index}]");
        undeclared.extend(row.call.fields().keys().filter(|name| !player.is_declared(name)).cloned());
        let before = player.state();
        let invented: Vec<String> =
            extracted(row).filter(|name| !player.is_declared(name)).cloned().collect();
        invented_so_far.extend(invented);
        let Made { row: ours, invalid, misread, unmatched } = player.play(row);
        report.calls += 1;
        let found = differences(&recorded(row), &Value::Object(ours.clone()));
        let case = Case {
            row,
            before: &before,
            ours: &ours,
            invalid,
            misread: &misread,
            unmatched: &unmatched,
            undeclared: &undeclared,
            invented: &invented_so_far,
            derived: &derived,
            per_turn: &per_turn,
        };
        report.tell(&place, Some(&case), &found);
        if found.iter().any(|differing| is_of_state(&differing.path))
            && let Err(error) = player.go_on_from(after(row))
        {
            // The original is stuck in a sub-flow that it has left; there is nothing to go on from.
            let stuck = error.contains("there is no stage") && case.was_restarted_inside();
            let out = if stuck { &mut report.table } else { &mut report.unexplained };
            writeln!(out, "{place} goes no further: {error}").unwrap();
            return;
        }
    }
}

impl Report {
    fn tell(&mut self, place: &str, case: Option<&Case<'_>>, found: &[Differing]) {
        let mut ids = BTreeSet::new();
        for differing in found {
            match case.and_then(|case| explain(case, differing)) {
                Some(id) => {
                    ids.insert(id);
                }
                None => {
                    let Differing { path, original, ours } = differing;
                    writeln!(self.unexplained, "{place} {path}: {original} was recorded, and is {ours}")
                        .unwrap();
                }
            }
        }
        if !ids.is_empty() {
            let ids: Vec<_> = ids.into_iter().collect();
            writeln!(self.table, "{place} {}", ids.join(" ")).unwrap();
        }
    }
}

/// What the original's extractor found.
fn extracted(row: &Row) -> impl Iterator<Item = &String> {
    let data = row.result.as_ref().and_then(|result| result["extraction"]["data"].as_object());
    data.into_iter().flat_map(|data| data.keys())
}

/// Whether the session cannot go on from our own state as it is.
fn is_of_state(path: &str) -> bool {
    let path = path.trim_start_matches("result.").trim_start_matches("raised.");
    // Bookkeeping has its own place here, and does not get lost.
    let own = path.rsplit('.').next().is_some_and(|name| name.starts_with('_'));
    let parts = ["state.current_stage", "state.data", "state.history", "state.subflow_stack", "state.tasks"];
    path == "result" || path == "raised" || !own && parts.iter().any(|part| path.starts_with(part))
}

fn after(row: &Row) -> &Value {
    let raised = row.raised.as_ref().map(|raised| &raised.state);
    raised.or_else(|| row.result.as_ref().map(|result| &result["state"])).unwrap()
}

/// A recorded call in the shape in which ours are made.
fn recorded(row: &Row) -> Value {
    let mut recorded = json!({ "hooks": row.hooks });
    if let Some(calls) = row.extractor_calls.as_ref() {
        recorded["extractor_calls"] = json!(calls);
    }
    if let Some(result) = &row.result {
        recorded["result"] = result.clone();
        recorded["result"]["state"] = bare(&result["state"]);
    }
    if let Some(raised) = &row.raised {
        recorded["raised"] = json!({ "kind": raised.kind, "state": bare(&raised.state) });
    }
    recorded
}

/// A state without what only the recorder put there.
fn bare(state: &Value) -> Value {
    let mut state = state.clone();
    state.as_object_mut().unwrap().remove("not_serialisable");
    replay::by_id(&mut state["tasks"]);
    state
}
