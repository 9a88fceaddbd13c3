//! What a definition may become while a run waits.

use std::sync::Arc;

use serde_json::{Value, json};
use stepflow::WorkflowDefinition;

use super::place::TestResult;

/// A definition that has changed.
pub(super) struct Case {
    /// What was done to it; the workflow is called that.
    pub(super) name: &'static str,
    change: fn(&mut Value),
    /// What a run says that waits for the definition of before.
    pub(super) differences: &'static [&'static str],
    /// The steps that run when somebody lets a run go on by the new definition that was at `pay`; none, where it
    /// has no such step any more.
    pub(super) adopted: Option<&'static [&'static str]>,
}

impl Case {
    pub(super) fn before(&self) -> Arc<WorkflowDefinition> {
        Arc::new(serde_json::from_value(refund(self.name)).unwrap())
    }

    pub(super) fn now(&self) -> Arc<WorkflowDefinition> {
        let mut json = refund(self.name);
        (self.change)(&mut json);
        Arc::new(serde_json::from_value(json).unwrap())
    }
}

fn refund(name: &str) -> Value {
    json!({
        "name": name,
        "version": 1,
        "steps": [
            {"name": "check"},
            {"name": "decide", "routes": [
                {"key": "pay", "target": {"step": "pay"}},
                {"key": "deny", "target": {"step": "deny"}},
            ]},
            {"name": "pay", "approval": {"message": "Pay this refund?"}, "next": {"step": "file"}},
            {"name": "deny"},
            {"name": "file"},
        ],
    })
}

fn steps(json: &mut Value) -> &mut Vec<Value> {
    json["steps"].as_array_mut().unwrap()
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "a step is renamed",
        change: |json| {
            json["steps"][2]["name"] = json!("payout");
            json["steps"][1]["routes"][0]["target"] = json!({"step": "payout"});
        },
        differences: &[
            "route `pay` of step `decide` led to `pay` and leads to `payout` now",
            "step 3 was `pay` and is `payout` now",
        ],
        adopted: None,
    },
    Case {
        name: "steps are reordered",
        change: |json| steps(json).swap(2, 3),
        differences: &["step `pay` moved from place 3 to 4", "step `deny` moved from place 4 to 3"],
        adopted: Some(&["pay", "file"]),
    },
    Case {
        name: "the step that the run is at is removed",
        change: |json| {
            steps(json).remove(2);
            json["steps"][1]["routes"][0]["target"] = json!({"step": "file"});
        },
        differences: &[
            "route `pay` of step `decide` led to `pay` and leads to `file` now",
            "step `pay` was removed",
            "step `deny` moved from place 4 to 3",
            "step `file` moved from place 5 to 4",
        ],
        adopted: None,
    },
    Case {
        name: "another step is removed",
        change: |json| {
            steps(json).remove(3);
            json["steps"][1]["routes"][1]["target"] = json!("end");
        },
        differences: &[
            "route `deny` of step `decide` led to `deny` and leads to END now",
            "step `deny` was removed",
            "step `file` moved from place 5 to 4",
        ],
        adopted: Some(&["pay", "file"]),
    },
    Case {
        name: "a step is added at the end",
        change: |json| steps(json).push(json!({"name": "audit"})),
        differences: &["step `audit` was added at place 6"],
        adopted: Some(&["pay", "file", "audit"]),
    },
    Case {
        name: "a step is added at the beginning",
        change: |json| steps(json).insert(0, json!({"name": "greet"})),
        differences: &[
            "step `check` moved from place 1 to 2",
            "step `decide` moved from place 2 to 3",
            "step `pay` moved from place 3 to 4",
            "step `deny` moved from place 4 to 5",
            "step `file` moved from place 5 to 6",
            "step `greet` was added at place 1",
        ],
        adopted: Some(&["pay", "file"]),
    },
    Case {
        name: "a step leads elsewhere",
        change: |json| json["steps"][2]["next"] = json!("end"),
        differences: &["`next` of step `pay` led to `file` and leads to END now"],
        adopted: Some(&["pay"]),
    },
    Case {
        name: "a failed step leads elsewhere",
        change: |json| json["steps"][2]["on_failure"] = json!({"step": "deny"}),
        differences: &["`on_failure` of step `pay` led on and leads to `deny` now"],
        adopted: Some(&["pay", "file"]),
    },
    Case {
        name: "a route leads elsewhere",
        change: |json| json["steps"][1]["routes"][1]["target"] = json!({"step": "file"}),
        differences: &["route `deny` of step `decide` led to `deny` and leads to `file` now"],
        adopted: Some(&["pay", "file"]),
    },
    Case {
        name: "a route is added",
        change: |json| {
            let route = json!({"key": "later", "target": {"step": "file"}});
            json["steps"][1]["routes"].as_array_mut().unwrap().push(route);
        },
        differences: &["route `later` of step `decide` led on and leads to `file` now"],
        adopted: Some(&["pay", "file"]),
    },
    Case {
        name: "routes are reordered",
        change: |json| json["steps"][1]["routes"].as_array_mut().unwrap().reverse(),
        differences: &["the routes of step `decide` stand in another order"],
        adopted: Some(&["pay", "file"]),
    },
    Case {
        name: "a gate is taken away",
        change: |json| json["steps"][2]["approval"] = Value::Null,
        differences: &["step `pay` asks for no approval any more"],
        adopted: Some(&["pay", "file"]),
    },
    Case {
        name: "a gate is added",
        change: |json| json["steps"][4]["approval"] = json!({"message": "File it?"}),
        differences: &["step `file` asks for an approval now"],
        adopted: Some(&["pay", "file"]),
    },
    Case {
        name: "a denial leads elsewhere",
        change: |json| json["steps"][2]["approval"]["on_deny"] = json!({"step": "deny"}),
        differences: &["`on_deny` of step `pay` led on and leads to `deny` now"],
        adopted: Some(&["pay", "file"]),
    },
    Case {
        name: "the version is raised",
        change: |json| json["version"] = json!(2),
        differences: &["the version was 1 and is 2 now"],
        adopted: Some(&["pay", "file"]),
    },
];

/// The cases are what they say, whatever becomes of runs.
#[test]
fn every_case_changes_the_fingerprint_and_says_how() -> TestResult {
    for case in CASES {
        let (before, now) = (case.before(), case.now());
        now.check().map_err(|errors| format!("{}: {errors}", case.name))?;
        assert_ne!(before.fingerprint(), now.fingerprint(), "{}", case.name);
        let differences = before.outline().differences(&now.outline());
        let differences: Vec<String> = differences.iter().map(ToString::to_string).collect();
        assert_eq!(differences, case.differences, "{}", case.name);
    }
    Ok(())
}
