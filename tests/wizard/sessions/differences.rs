//! Defects of the original that are not reproduced, and how each of them shows in a replay.
//!
//! `W` numbers are those of `wizard-vectors.md`, `B` numbers those of the defect register in `wizard.md`.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use stepflow_wizard::values::Signals;

use super::compare::Differing;
use super::trace::Row;

/// A call, what the original made of it, and what we did.
pub(super) struct Case<'a> {
    pub(super) row: &'a Row,
    /// Our state before the call, in the original's shape.
    pub(super) before: &'a Value,
    pub(super) ours: &'a Map<String, Value>,
    /// Whether we found the input to break the schema.
    pub(super) invalid: bool,
    /// Fields whose values were found in a text and break the schema.
    pub(super) misread: &'a BTreeSet<String>,
    /// Fields whose values were found in a text and are none of their choices.
    pub(super) unmatched: &'a BTreeSet<String>,
    /// Keys that an extractor gave so far and that no stage asks for.
    pub(super) invented: &'a BTreeSet<String>,
    /// Keys that were sent so far and that no stage asks for.
    pub(super) undeclared: &'a BTreeSet<String>,
    /// Fields that some transition derives.
    pub(super) derived: &'a BTreeSet<String>,
    /// Fields that hold for one call.
    pub(super) per_turn: &'a BTreeSet<String>,
}

/// A defect that shows in some calls.
struct Defect {
    id: &'static str,
    /// Whether it explains the difference, in this call.
    explains: fn(&Case<'_>, &Differing) -> bool,
}

/// In the order in which they are tried: what concerns a whole call first.
const DEFECTS: &[Defect] = &[
    // Reserved keys are accepted: `_transition_signal` forces a way (B-03). Ours are refused before anything happens.
    Defect { id: "W14", explains: |case, _| case.refused("reserved_key") },
    // `advance` never enters a sub-flow, and stays where one matches (B-05). Ours enters it.
    Defect {
        id: "W1",
        explains: |case, _| case.row.call.op == "advance" && case.depth() > case.recorded_depth(),
    },
    // Values that break the schema are kept (B-04). Ours are refused, and nothing of the input is kept.
    Defect { id: "W4", explains: |case, _| case.invalid && case.kept_nothing() },
    // Keys that no stage asks for decide the way there (B-04). Here they are dropped, and decide nothing.
    Defect { id: "W4", explains: |case, _| case.goes_elsewhere() && case.brings_undeclared() },
    // A text that looks like a number fails the call. Ours is a value that breaks the schema.
    Defect {
        id: "W22",
        explains: |case, _| {
            case.row.raised.is_some() && case.row.call.text().is_some() && case.misreads_nothing_into_data()
        },
    },
    // Values that were found in a text and break the schema are kept (B-04). Ours count as not found.
    Defect { id: "W4", explains: |case, _| case.misreads_nothing_into_data() },
    // Word lists misjudge: a negated yes is one, and of several choices the longest is meant. Ours asks again.
    Defect { id: "W23", explains: |case, _| case.hears_otherwise() || case.guesses_a_choice() },
    // A restart within a sub-flow leaves it where it is (B-07). Ours leaves it.
    Defect { id: "W8", explains: |case, _| case.was_restarted_inside() && case.depth() == 0 },
    // A failing hook leaves a call half done (B-15). Ours run when the new state is safe.
    Defect {
        id: "W20",
        explains: |case, differing| {
            case.row.raised.as_ref().is_some_and(|raised| raised.kind == "hook")
                && differing.path.starts_with("raised.state.")
        },
    },
    // For the same reason, what leaving a stage brought about is there when its exit hook runs.
    Defect { id: "W20", explains: |case, differing| case.is_exit_hook(&differing.path) },
    // A wizard is completed although one went back from the end, or not although it got there through a sub-flow (B-10, B-18).
    Defect {
        id: "W6",
        explains: |case, differing| case.completes_otherwise() && of_completion(&differing.path),
    },
    // Tasks of leaving a stage are done although nobody left it (B-25).
    Defect {
        id: "W9",
        explains: |case, differing| {
            !case.moved() && !case.restarts() && differing.path.contains("state.tasks.")
        },
    },
    // A restart leaves the tasks as they are (B-08). Ours begin anew.
    Defect {
        id: "W8",
        explains: |case, differing| case.restarts() && differing.path.contains("state.tasks."),
    },
    // `skip_extraction` is set and never read.
    Defect { id: "W17", explains: |_, differing| differing.path.ends_with("state.skip_extraction") },
    // Bookkeeping lives in people's data, and is in every snapshot of it.
    Defect {
        id: "W16",
        explains: |_, differing| {
            names_any(&differing.path, |name| BOOKKEEPING.iter().any(|own| name.starts_with(own)))
        },
    },
    // Reserved keys of earlier calls are still there.
    Defect {
        id: "W14",
        explains: |case, differing| {
            case.original_only(differing) && names_any(&differing.path, |name| name.starts_with('_'))
        },
    },
    // Values that were derived on a call that did not move are still there. Ours follow from the answers that count.
    Defect {
        id: "W12",
        explains: |case, differing| {
            case.original_only(differing) && names_any(&differing.path, |name| case.derived.contains(name))
        },
    },
    // What holds for one call is kept with the answers until the next one.
    Defect {
        id: "W16",
        explains: |case, differing| {
            case.original_only(differing) && names_any(&differing.path, |name| case.per_turn.contains(name))
        },
    },
    // Fields that an extractor invents are kept, and count as changed. Ours drops them.
    Defect {
        id: "W24",
        explains: |case, differing| {
            let invented = |name: &str| case.invented.contains(name);
            (case.original_only(differing) && names_any(&differing.path, invented))
                || only_more(differing, "changed_fields", invented)
        },
    },
    // Keys that no stage asks for are kept, also where an earlier value stands (B-04).
    Defect {
        id: "W4",
        explains: |case, differing| names_any(&differing.path, |name| case.undeclared.contains(name)),
    },
    // The push of the original is a call of its own there, and does nothing else. Where there is nothing to push, ours is an
    // answer like any other.
    Defect {
        id: "W1",
        explains: |case, _| {
            case.row.call.op == "push_subflow"
                && case.row.result.as_ref().is_some_and(|result| result["pushed"] == false)
        },
    },
];

const BOOKKEEPING: [&str; 4] =
    ["_skipped_", "_stage_render_counts", "_stage_rendered_snapshot", "_raw_input"];

/// Whether a saved state is read without something that the original would still find in it: bookkeeping among people's
/// data and what held for the last call (W16), or what nobody reads (W17).
pub(super) fn of_the_start(differing: &Differing, per_turn: &BTreeSet<String>) -> bool {
    let kept = |name: &str| name.starts_with('_') || per_turn.contains(name);
    differing.ours.is_null() && differing.path.starts_with("data.") && names_any(&differing.path, kept)
        || differing.path == "skip_extraction"
}

/// The defect that a difference goes back to.
pub(super) fn explain(case: &Case<'_>, differing: &Differing) -> Option<&'static str> {
    DEFECTS.iter().find(|defect| (defect.explains)(case, differing)).map(|defect| defect.id)
}

impl Case<'_> {
    /// Whether the call was one that leaves the original stuck.
    pub(super) fn was_restarted_inside(&self) -> bool {
        self.restarts() && self.was_inside()
    }

    fn refused(&self, kind: &str) -> bool {
        self.ours.get("raised").is_some_and(|raised| raised["kind"] == kind)
    }

    /// The state after the call.
    fn after(&self) -> &Value {
        static NOTHING: Value = Value::Null;
        let of = |key: &str| self.ours.get(key).map(|part| &part["state"]);
        of("result").or_else(|| of("raised")).unwrap_or(&NOTHING)
    }

    fn recorded(&self) -> &Value {
        static NOTHING: Value = Value::Null;
        let raised = self.row.raised.as_ref().map(|raised| &raised.state);
        raised.or_else(|| self.row.result.as_ref().map(|result| &result["state"])).unwrap_or(&NOTHING)
    }

    /// Whether another stage is current than in the original, or another flow is walked.
    fn goes_elsewhere(&self) -> bool {
        let (recorded, after) = (self.recorded(), self.after());
        recorded["current_stage"] != after["current_stage"] || self.depth() != self.recorded_depth()
    }

    fn brings_undeclared(&self) -> bool {
        self.row.call.fields().keys().any(|name| self.undeclared.contains(name))
    }

    fn depth(&self) -> usize {
        stack(self.after())
    }

    fn recorded_depth(&self) -> usize {
        stack(self.recorded())
    }

    fn was_inside(&self) -> bool {
        stack(self.before) > 0
    }

    fn restarts(&self) -> bool {
        self.row.call.navigation.as_deref() == Some("restart")
    }

    fn moved(&self) -> bool {
        self.ours.get("result").is_some_and(|result| result["transitioned"] == true)
    }

    fn kept_nothing(&self) -> bool {
        let after = self.after();
        ["current_stage", "history", "completed"].iter().all(|key| after[key] == self.before[key])
            && after["data"].as_object().into_iter().flatten().all(|(name, value)| {
                self.before["data"].get(name) == Some(value)
                    || self.row.call.fields().get(name) != Some(value)
            })
    }

    /// Whether values that break the schema were found, and none of them was taken.
    fn misreads_nothing_into_data(&self) -> bool {
        let (before, after) = (&self.before["data"], &self.after()["data"]);
        !self.misread.is_empty()
            && self
                .misread
                .iter()
                .all(|field| before.get(field) == after.get(field) || after.get(field).is_none())
    }

    /// Whether the original read a yes or no from the message that the message does not say.
    fn hears_otherwise(&self) -> bool {
        let Some(text) = self.row.call.text() else { return false };
        let said = Signals::default().read(text);
        let recorded = self.recorded()["data"].as_object();
        recorded.into_iter().flatten().any(|(field, original)| {
            let ours = self.after()["data"].get(field);
            let newly = self.before["data"].get(field) != Some(original);
            newly && original.is_boolean() && ours != Some(original) && ours.and_then(Value::as_bool) == said
        })
    }

    /// Whether the original took one of several choices that the message leaves open.
    fn guesses_a_choice(&self) -> bool {
        let Some(result) = &self.row.result else { return false };
        self.unmatched.iter().any(|field| result["extraction"]["data"][field.as_str()].is_string())
    }

    fn completes_otherwise(&self) -> bool {
        self.recorded()["completed"] != self.after()["completed"]
    }

    /// `hooks[2].data…`, where the third hook is one of leaving a stage.
    fn is_exit_hook(&self, path: &str) -> bool {
        let index = path.strip_prefix("hooks[").and_then(|rest| rest.split_once(']'));
        let Some((index, rest)) = index.and_then(|(index, rest)| Some((index.parse::<usize>().ok()?, rest)))
        else {
            return false;
        };
        rest.starts_with(".data") && self.row.hooks.get(index).is_some_and(|hook| hook["hook"] == "exit")
    }

    fn original_only(&self, differing: &Differing) -> bool {
        differing.ours.is_null()
    }
}

/// Whether a list of names differs by nothing but names of a kind, which the original alone has.
fn only_more(differing: &Differing, list: &str, is: impl Fn(&str) -> bool) -> bool {
    let names = |list: &Value| -> BTreeSet<String> {
        list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let (original, ours) = (names(&differing.original), names(&differing.ours));
    differing.path.ends_with(list)
        && differing.ours.is_array()
        && ours.is_subset(&original)
        && original.difference(&ours).all(|name| is(name))
}

fn stack(state: &Value) -> usize {
    state["subflow_stack"].as_array().map_or(0, Vec::len)
}

fn of_completion(path: &str) -> bool {
    path == "hooks" || path.ends_with(".completed") || path.contains(".progress")
}

/// Whether one of the names along a path is of a kind.
fn names_any(path: &str, is: impl Fn(&str) -> bool) -> bool {
    path.split(['.', '[', ']']).any(is)
}
