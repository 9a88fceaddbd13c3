//! Scenarios that nobody recorded: what the model foretells of them by our rules is what happens.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::diff::difference;
use super::loaded::LoadedStage;
use super::model::foretell;
use super::rows::{Row, Rules};
use super::world::Stage;
use super::{every_way, express, tidied};

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn scenarios_of_every_shape_end_as_the_model_foretells(tape in prop::collection::vec(any::<u8>(), 0..400)) {
        let written = Author { tape: tape.into_iter() }.scenario();
        let scenario = express(&written).map_err(TestCaseError::fail)?;
        let expected = foretell(&scenario, Rules::OURS).map_err(TestCaseError::fail)?;
        let expected = tidied(&scenario, expected);
        let stage: Arc<dyn Stage> = Arc::new(LoadedStage);
        every_way(&scenario, &stage, |outcomes| difference(&expected, &tidied(&scenario, outcomes))).map_err(
            |problem| {
                let written = serde_json::to_string_pretty(&written).unwrap();
                TestCaseError::fail(format!("{problem}\nin {written}"))
            },
        )?;
    }
}

/// A property is only as good as what it meets.
#[test]
fn the_scenarios_meet_every_difference_of_a_run() {
    let mut runner = TestRunner::deterministic();
    let mut missing: Vec<Row> = Row::ALL.into_iter().filter(|row| *row != Row::ValidMermaid).collect();
    for _ in 0..2000 {
        let tape = prop::collection::vec(any::<u8>(), 0..400).new_tree(&mut runner).unwrap().current();
        let scenario = express(&Author { tape: tape.into_iter() }.scenario()).unwrap();
        let ours = foretell(&scenario, Rules::OURS).unwrap();
        missing
            .retain(|row| difference(&ours, &foretell(&scenario, Rules::without(*row)).unwrap()).is_none());
        if missing.is_empty() {
            return;
        }
    }
    panic!("no scenario meets {missing:?}");
}

/// Writes scenarios; every choice is a byte, so that a failing one shrinks.
struct Author {
    tape: std::vec::IntoIter<u8>,
}

impl Author {
    fn pick(&mut self, from: usize) -> usize {
        usize::from(self.tape.next().unwrap_or(0)) % from
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.pick(of.len())].clone()
    }

    fn scenario(&mut self) -> Value {
        let main = self.workflow("main", "main", 5);
        let leaf = self.workflow("leaf", "leaf", 2);
        let twig = self.workflow("twig", "twig", 2);
        let twin = self.workflow("twin", "main", 3);
        let scripts = json!({
            "main": self.scripts(&main, &["leaf", "twig"]),
            "leaf": self.scripts(&leaf, &[]),
            "twig": self.scripts(&twig, &["leaf"]),
            "twin": self.scripts(&twin, &[]),
        });
        let steps: Vec<String> = [&main, &leaf, &twig, &twin].into_iter().flat_map(names).collect();
        let calls = 1 + self.pick(4);
        let calls: Vec<Value> = (0..calls).map(|nth| self.call(nth, nth + 1 == calls, &steps)).collect();
        json!({
            "name": "random", "covers": [], "rust": "runtime", "note": null, "workflow": main,
            "children": {"leaf": leaf, "twig": twig, "twin": twin}, "scripts": scripts,
            "mermaid": "", "calls": calls,
        })
    }

    fn workflow(&mut self, key: &str, name: &str, most: usize) -> Value {
        let count = 1 + self.pick(most);
        let steps: Vec<Value> = (0..count).map(|index| self.step(key, index, count)).collect();
        json!({
            "key": key, "type_name": key, "name": name, "explicit_name": true,
            "retries": self.one(&[0, 0, 1, 2]),
            "retry_on": self.one(&[json!([]), json!(["timeout"]), json!(["net", "corrupt"])]),
            "retry_delay": self.one(&[0.0, 0.25]),
            "steps": steps,
        })
    }

    fn step(&mut self, key: &str, index: usize, count: usize) -> Value {
        let name = format!("{key} {index}");
        let routes: Value = match self.pick(3) {
            0 => {
                let keys = ["a", "b"];
                let routes = keys.iter().map(|route| {
                    let to = index + 1 + self.pick(count - index);
                    let end = json!({"end": true});
                    json!([route, if to < count { json!(format!("{key} {to}")) } else { end }])
                });
                routes.collect()
            }
            _ => Value::Null,
        };
        json!({
            "method": format!("{key}_{index}"), "name": name, "explicit_name": true, "takes_context": true,
            "description": null,
            "retries": self.one(&[json!(null), json!(0), json!(1), json!(2)]),
            "retry_on": self.one(&[json!(null), json!([]), json!(["net"]), json!(["framework:child_workflow_execution"])]),
            "retry_delay": self.one(&[json!(null), json!(0.0), json!(0.5)]),
            "routes": routes,
            "requires_approval": self.pick(4) == 0,
            "approval_message": self.one(&[json!(null), json!("Go on?")]),
            "approval_metadata": self.one(&[json!(null), json!({"tier": 2})]),
        })
    }

    fn scripts(&mut self, workflow: &Value, children: &[&str]) -> Value {
        let scripts = names(workflow).into_iter().map(|step| {
            let entries: Vec<Value> = (0..self.pick(5)).map(|_| self.entry(children)).collect();
            (step, Value::from(entries))
        });
        Value::Object(scripts.collect())
    }

    fn entry(&mut self, children: &[&str]) -> Value {
        let mut entry = match self.pick(10) {
            0..=4 => json!({"ok": self.one(&[json!("a"), json!("b"), json!("zzz"), json!(7), json!(null)])}),
            5..=7 => json!({"err": self.one(&["timeout", "net.reset", "corrupt"])}),
            8 => json!({"err": "net", "message": "line dead"}),
            _ => json!({"context": true}),
        };
        let count = if children.is_empty() { 0 } else { self.one(&[0, 0, 1, 2]) };
        if count > 0 {
            entry["children"] = (0..count).map(|_| self.child(children)).collect();
        }
        entry
    }

    fn child(&mut self, children: &[&str]) -> Value {
        let workflow = self.one(children);
        let mut child = json!({
            "workflow": workflow, "fail_parent": self.pick(4) != 0, "catch": self.pick(4) == 0,
        });
        let steps: Vec<String> = (0..2).map(|step| format!("{workflow} {step}")).collect();
        if self.pick(4) == 0 {
            child["hooks"] = self.hooks(&["inner"], &steps);
        }
        if self.pick(4) == 0 {
            // A twig's own handler answers for the leaf that it runs, too.
            let gates =
                steps.into_iter().chain((0..2).map(|step| format!("leaf {step}"))).collect::<Vec<_>>();
            child["approval"] = self.answers(&gates);
        }
        child
    }

    fn call(&mut self, nth: usize, last: bool, steps: &[String]) -> Value {
        let mut options = json!({"hooks": self.hooks(&["h1", "h2"], steps)});
        if self.pick(3) == 0 {
            options["approval"] = self.answers(steps);
        }
        match self.pick(3) {
            0 if nth > 0 => {}
            1 => options["pause_on_approval"] = json!(false),
            _ => options["pause_on_approval"] = json!(true),
        }
        if last && self.pick(3) == 0 {
            options["raise_on_failure"] = json!(true);
        }
        if nth > 0 {
            options["from"] = json!(self.pick(nth));
            options["decision"] =
                self.one(&[json!(true), json!(false), json!({"approved": true, "reason": "fine"})]);
            if self.pick(6) == 0 {
                options["workflow"] = self.one(&[json!("leaf"), json!("twin")]);
            }
        }
        let nothing =
            json!({"raised": null, "result": null, "events": [], "approval_requests": [], "sleeps": []});
        json!({"op": if nth == 0 { "run" } else { "resume" }, "options": options, "expected": nothing})
    }

    fn hooks(&mut self, labels: &[&str], steps: &[String]) -> Value {
        let labels = &labels[..self.pick(labels.len() + 1)];
        let hooks = labels.iter().map(|label| {
            let event = self.one(&[
                "nothing",
                "nothing",
                "nothing",
                "nothing",
                "step_started",
                "step_finished",
                "step_finished",
                "workflow_finished",
                "workflow_started",
            ]);
            if event == "nothing" {
                return json!({"label": label});
            }
            let of_a_step = event.starts_with("step") && self.pick(4) != 0;
            let step = if of_a_step { json!(self.one(steps)) } else { Value::Null };
            json!({"label": label, "fail_on": {"event": event, "step": step}})
        });
        hooks.collect()
    }

    /// More answers than any scenario asks for.
    fn answers(&mut self, steps: &[String]) -> Value {
        let answers = steps.iter().map(|step| {
            let first = self.one(&[
                json!(true),
                json!(true),
                json!(false),
                json!({"approved": true, "metadata": {"by": "noor"}}),
                json!({"err": "desk_offline", "message": "no one at the desk"}),
            ]);
            let answers: Vec<Value> = std::iter::once(first).chain(vec![json!(true); 200]).collect();
            (step.clone(), Value::from(answers))
        });
        Value::Object(answers.collect())
    }
}

fn names(workflow: &Value) -> Vec<String> {
    let steps = workflow["steps"].as_array().into_iter().flatten();
    steps.filter_map(|step| step["name"].as_str()).map(str::to_owned).collect()
}
