//! The names of runs, and the keys that steps give to the world outside.

use std::collections::BTreeSet;

use stepflow::{ChildWorkflowError, Run, RunContext, RunId, RunIdError, workflow};

type Keys = Vec<String>;

struct Payout {
    state: Keys,
    fails: u32,
}

#[workflow(state = Keys)]
impl Payout {
    #[step(retry = 5)]
    fn pay(&mut self, ctx: &mut RunContext<'_>) -> Result<(), &'static str> {
        self.state.push(ctx.idempotency_key());
        if self.fails > 0 {
            self.fails -= 1;
            return Err("busy");
        }
        Ok(())
    }

    #[step]
    fn receipt(&mut self, ctx: &mut RunContext<'_>) {
        self.state.push(ctx.idempotency_key());
    }
}

struct Batch {
    state: Keys,
    fails: u32,
}

#[workflow(state = Keys)]
impl Batch {
    #[step(retry = 1)]
    fn pay_all(&mut self, ctx: &mut RunContext<'_>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        for _ in 0..2 {
            let paid: Result<_, ChildWorkflowError> = ctx.run_child(Payout { state: vec![], fails: 0 });
            self.state.extend(paid?.state);
        }
        if self.fails > 0 {
            self.fails -= 1;
            return Err("the batch is to be tried again".into());
        }
        Ok(())
    }
}

fn named(name: &str) -> RunId {
    name.parse().unwrap()
}

#[test]
fn the_key_of_a_step_is_the_same_for_every_attempt_and_for_no_other_step() {
    let result = Run::new(Payout { state: vec![], fails: 2 }).run_id(named("order-7")).run();
    assert_eq!(result.state, ["order-7/pay/1", "order-7/pay/1", "order-7/pay/1", "order-7/receipt/1"]);
    let other = Run::new(Payout { state: vec![], fails: 0 }).run_id(named("order-8")).run();
    assert!(other.state.iter().all(|key| !result.state.contains(key)));
}

#[test]
fn a_childs_keys_are_the_same_when_its_parents_step_is_tried_again() {
    let result = Run::new(Batch { state: vec![], fails: 1 }).run_id(named("batch")).run();
    let keys = &result.state;
    assert_eq!(keys.len(), 8);
    assert_eq!(keys[..4], keys[4..]);
    // Two children of one attempt, two steps each: four keys.
    assert_eq!(keys[..4].iter().collect::<BTreeSet<_>>().len(), 4);
    assert!(keys.iter().all(|key| key.starts_with("batch/pay_all/1/")), "{keys:?}");
    // Though every child is a run of its own.
    let children = result.steps()[0].children();
    assert_eq!(children.iter().map(|child| child.run_id().to_string()).collect::<BTreeSet<_>>().len(), 4);
}

#[test]
fn run_ids_are_unique_and_sort_by_start() {
    let ids: Vec<String> =
        (0..2000).map(|_| Payout { state: vec![], fails: 0 }.run().run_id().to_string()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    let moments: Vec<&str> = ids.iter().map(|id| &id[..13]).collect();
    assert!(moments.is_sorted(), "the first 48 bits are the time");
    assert!(ids.iter().all(|id| id.len() == 36 && &id[14..15] == "7"), "{}", ids[0]);
}

#[test]
fn a_run_keeps_the_id_that_it_is_given_and_reads_it_back_as_it_was() {
    for name in [
        "order-1047",
        "0190b6ac-5d1c-7c7e-9f7e-3a1d2c4b5a69",
        "0190B6AC5D1C7C7E9F7E3A1D2C4B5A69",
        "Ümlaut 42",
    ] {
        let result = Run::new(Payout { state: vec![], fails: 0 }).run_id(named(name)).run();
        assert_eq!(result.run_id().to_string(), name);
        let written = serde_json::to_string(result.run_id()).unwrap();
        assert_eq!(serde_json::from_str::<RunId>(&written).unwrap(), *result.run_id());
    }
}

#[test]
fn a_text_that_names_no_run_is_refused() {
    let long = "x".repeat(RunId::MAX_LENGTH + 1);
    assert_eq!("".parse::<RunId>(), Err(RunIdError::Empty));
    assert_eq!("two\nlines".parse::<RunId>(), Err(RunIdError::Control));
    assert_eq!(long.parse::<RunId>(), Err(RunIdError::TooLong { length: 256 }));
    assert!(long[1..].parse::<RunId>().is_ok());
    assert!(serde_json::from_str::<RunId>("\"\"").is_err());
}
