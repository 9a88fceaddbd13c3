//! States of another type than the one that was saved, under a definition that is the same.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use stepflow::{
    ApprovalDecision, Blocking, BlockingWorkflow, DefinitionRef, RunContext, StepOutcome, Workflow,
    WorkflowDefinition,
};
use stepflow_store::{Hold, RunQuery, RunStatus, Runner, RunnerBuilder, Runs, RunsError};

use super::place::{Log, Place, TestResult, at_every_place, id, past_held};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Item<N> {
    name: String,
    count: N,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Claim {
    order: String,
    cents: u32,
    items: Vec<Item<u32>>,
    paid: Option<bool>,
    mood: Mood,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Mood {
    Calm,
    Cross,
}

fn claim() -> Claim {
    let item = |name: &str, count| Item { name: name.to_owned(), count };
    Claim {
        order: "1047".to_owned(),
        cents: 70_000,
        items: vec![item("kettle", 1), item("cup", 6)],
        paid: None,
        mood: Mood::Cross,
    }
}

/// What the type of the state has become since.
mod today {
    use super::{BTreeMap, Deserialize, Item, Mood, Serialize};

    /// A struct with these fields, of which some are not as they were.
    macro_rules! claims {
        ($($(#[$attribute:meta])* $name:ident { $($(#[$serde:meta])* $field:ident: $type:ty),* $(,)? })*) => {
            $(
                #[derive(Serialize, Deserialize)]
                $(#[$attribute])*
                pub(super) struct $name { $($(#[$serde])* $field: $type),* }
            )*
        };
    }

    claims! {
        Fewer { order: String, items: Vec<Item<u32>>, paid: Option<bool>, mood: Mood }
        #[serde(deny_unknown_fields)]
        FewerAndStrict { order: String, items: Vec<Item<u32>>, paid: Option<bool>, mood: Mood }
        More {
            order: String, cents: u32, items: Vec<Item<u32>>, paid: Option<bool>, mood: Mood, reason: String,
        }
        MoreByDefault {
            order: String, cents: u32, items: Vec<Item<u32>>, paid: Option<bool>, mood: Mood,
            #[serde(default)] reason: Option<String>,
        }
        Renamed { order: String, amount: u32, items: Vec<Item<u32>>, paid: Option<bool>, mood: Mood }
        Text { order: String, cents: String, items: Vec<Item<u32>>, paid: Option<bool>, mood: Mood }
        Float { order: String, cents: f64, items: Vec<Item<u32>>, paid: Option<bool>, mood: Mood }
        Narrow { order: String, cents: u16, items: Vec<Item<u32>>, paid: Option<bool>, mood: Mood }
        Inside { order: String, cents: u32, items: Vec<Item<Option<String>>>, paid: Option<bool>, mood: Mood }
        List { order: String, cents: u32, items: BTreeMap<String, u32>, paid: Option<bool>, mood: Mood }
        Sure { order: String, cents: u32, items: Vec<Item<u32>>, paid: bool, mood: Mood }
        Merry { order: String, cents: u32, items: Vec<Item<u32>>, paid: Option<bool>, mood: Merriness }
        Reordered { mood: Mood, paid: Option<bool>, items: Vec<Item<u32>>, cents: u32, order: String }
        Wider { order: String, cents: u64, items: Vec<Item<i64>>, paid: Option<bool>, mood: Mood }
    }

    #[derive(Serialize, Deserialize)]
    pub(super) enum Merriness {
        Calm,
        Merry,
    }
}

struct Keeping<S> {
    definition: Arc<WorkflowDefinition>,
    state: S,
    log: Log,
}

impl<S: Send + 'static> Workflow for Keeping<S> {
    type State = S;
    type Mode = Blocking;

    fn definition(&self) -> DefinitionRef {
        self.definition.clone().into()
    }

    fn state(&self) -> &S {
        &self.state
    }

    fn into_state(self) -> S {
        self.state
    }
}

impl<S: Send + 'static> BlockingWorkflow for Keeping<S> {
    fn run_step(&mut self, _: usize, ctx: &mut RunContext<'_>) -> StepOutcome {
        self.log.note(format!("{} {}", ctx.run_id(), ctx.step_name()));
        StepOutcome::succeeded(())
    }
}

fn register<S>(builder: RunnerBuilder, name: &str, log: &Log) -> RunnerBuilder
where
    S: Serialize + DeserializeOwned + Send + 'static,
{
    let (definition, log) = (definition(name), log.clone());
    builder.register_loaded(definition.clone(), move |state: S| Keeping {
        definition: definition.clone(),
        state,
        log: log.clone(),
    })
}

fn definition(name: &str) -> Arc<WorkflowDefinition> {
    let steps = serde_json::json!([{"name": "check"}, {"name": "pay", "approval": {"message": "Pay?"}}]);
    Arc::new(serde_json::from_value(serde_json::json!({"name": name, "steps": steps})).unwrap())
}

struct Case {
    name: &'static str,
    register: fn(RunnerBuilder, &str, &Log) -> RunnerBuilder,
    /// The field at which the state is another, and a part of why; none, where it is the same.
    changed: Option<(&'static str, &'static str)>,
}

const CASES: &[Case] = &[
    Case { name: "removed", register: register::<today::Fewer>, changed: Some(("cents", "")) },
    Case {
        name: "removed, and others refused",
        register: register::<today::FewerAndStrict>,
        changed: Some(("cents", "unknown field `cents`")),
    },
    Case { name: "added", register: register::<today::More>, changed: Some((".", "missing field `reason`")) },
    Case {
        name: "added with a default",
        register: register::<today::MoreByDefault>,
        changed: Some(("reason", "")),
    },
    Case {
        name: "renamed",
        register: register::<today::Renamed>,
        changed: Some((".", "missing field `amount`")),
    },
    Case {
        name: "a text now",
        register: register::<today::Text>,
        changed: Some(("cents", "expected a string")),
    },
    Case { name: "a float now", register: register::<today::Float>, changed: Some(("cents", "")) },
    Case { name: "narrower", register: register::<today::Narrow>, changed: Some(("cents", "70000")) },
    Case {
        name: "changed inside a list",
        register: register::<today::Inside>,
        changed: Some(("items[0].count", "expected a string")),
    },
    Case { name: "a map now", register: register::<today::List>, changed: Some(("items", "expected a map")) },
    Case {
        name: "never empty now",
        register: register::<today::Sure>,
        changed: Some(("paid", "expected a boolean")),
    },
    Case {
        name: "without its variant",
        register: register::<today::Merry>,
        changed: Some(("mood", "unknown variant `Cross`")),
    },
    Case { name: "in another order", register: register::<today::Reordered>, changed: None },
    Case { name: "wider", register: register::<today::Wider>, changed: None },
];

async fn program(place: &Place, log: &Log, today: bool) -> Result<Runner, Box<dyn std::error::Error>> {
    let builder = place.program().await?;
    let builder = CASES.iter().fold(builder, |builder, case| {
        if today {
            (case.register)(builder, case.name, log)
        } else {
            register::<Claim>(builder, case.name, log)
        }
    });
    Ok(builder.start().await?)
}

async fn every_change_of_the_state_holds_the_run_and_names_the_field(place: Place) -> TestResult {
    let log = Log::default();
    let runs: Vec<_> = (0..CASES.len()).map(|number| id(&format!("o{number}"))).collect();
    let runner = program(&place, &log, false).await?;
    let mut gates = Vec::new();
    for (case, run) in CASES.iter().zip(&runs) {
        let made = Keeping { definition: definition(case.name), state: claim(), log: log.clone() };
        gates.push(runner.start(run.clone(), made).await?.wait().await?.gate().ok_or("it asks")?);
    }
    drop(runner);
    let desk = Runs::new(place.open().await?);
    for gate in gates {
        desk.decide(&gate, ApprovalDecision::approve().by("noor")).await?;
    }

    for start in 0..2 {
        let runner = program(&place, &log, true).await?;
        for (case, run) in CASES.iter().zip(&runs) {
            let outcome = runner.run(run.clone()).wait().await?;
            let Some((field, reason)) = case.changed else {
                assert!(outcome.is_succeeded(), "{}: {outcome:?}", case.name);
                continue;
            };
            assert_eq!(outcome.status(), RunStatus::Held, "{}", case.name);
            let Some(Hold::StateChanged { place, what }) = outcome.hold() else {
                panic!("{}: {outcome:?}", case.name)
            };
            assert_eq!(place, field, "{}: {what}", case.name);
            assert!(what.contains(reason), "{}: {what}", case.name);
            assert_eq!(log.count(&format!("{run} pay")), 0, "{}: nothing ran", case.name);
            assert_eq!(outcome.state::<Claim>()?, claim(), "{}: nothing is lost", case.name);
            let query = RunQuery {
                workflow: Some(case.name.to_owned()),
                statuses: vec![RunStatus::Held],
                ..RunQuery::default()
            };
            assert_eq!(desk.list(&query).await?.runs[0].hold.as_ref(), outcome.hold(), "{}", case.name);
            let noted = desk.get(run).await?.log.iter().filter(|entry| entry.kind == "held").count();
            assert_eq!(noted, 1, "{}: it is noted once, at start {start} too", case.name);
        }
    }

    // Whoever releases such a run without mending anything has it back.
    let runner = program(&place, &log, true).await?;
    let held = || CASES.iter().zip(&runs).filter(|(case, _)| case.changed.is_some());
    for (case, run) in held() {
        desk.release(run, "noor").await?;
        runner.recover().await?;
        while !desk.get(run).await.is_ok_and(|details| details.status == RunStatus::Held) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let refused =
            desk.decide(&format!("{run}/pay/1/1").parse()?, ApprovalDecision::approve().by("li")).await;
        assert!(matches!(refused, Err(RunsError::AlreadyDecided(_))), "{}: {refused:?}", case.name);
    }
    drop(runner);

    let runner = program(&place, &log, false).await?;
    for (case, run) in held() {
        let outcome = past_held(&runner, run).await?;
        assert!(outcome.is_succeeded(), "{}: {outcome:?}", case.name);
        assert_eq!(outcome.state::<Claim>()?, claim(), "{}", case.name);
        let ran = ["check", "pay"].map(|step| log.count(&format!("{run} {step}")));
        assert_eq!(ran, [1, 1], "{}", case.name);
    }
    Ok(())
}

at_every_place! {
    every_change_of_the_state_holds_the_run_and_names_the_field
}
