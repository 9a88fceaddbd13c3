//! Programs that have changed since a run was saved.

use serde::{Deserialize, Serialize};
use stepflow::{ApprovalDecision, workflow};
use stepflow_store::{Change, Hold, RunStatus, Store};

use super::support::{Place, TestResult, id, on_every_store};

mod monday {
    use super::*;

    #[derive(Debug, Default, Serialize, Deserialize)]
    pub(super) struct Parcel {
        pub(super) kilos: u32,
    }

    pub(super) struct Shipping {
        pub(super) state: Parcel,
    }

    #[workflow(state = Parcel)]
    impl Shipping {
        #[step]
        fn weigh(&mut self) {
            self.state.kilos += 4;
        }
        #[step(approval = "Send it?")]
        fn send(&mut self) {
            self.state.kilos += 10;
        }
    }
}

/// A step has another name.
mod tuesday {
    use super::*;

    pub(super) struct Shipping {
        pub(super) state: monday::Parcel,
    }

    #[workflow(state = monday::Parcel)]
    impl Shipping {
        #[step]
        fn measure(&mut self) {
            self.state.kilos += 1;
        }
        #[step(approval = "Send it?")]
        fn send(&mut self) {
            self.state.kilos += 20;
        }
    }
}

/// There is a step more.
mod wednesday {
    use super::*;

    pub(super) struct Shipping {
        pub(super) state: monday::Parcel,
    }

    #[workflow(state = monday::Parcel)]
    impl Shipping {
        #[step]
        fn weigh(&mut self) {
            self.state.kilos += 4;
        }
        #[step(approval = "Send it?")]
        fn send(&mut self) {
            self.state.kilos += 30;
        }
        #[step]
        fn file(&mut self) {
            self.state.kilos += 100;
        }
    }
}

/// The state has a field more.
mod thursday {
    use super::*;

    #[derive(Debug, Default, Serialize, Deserialize)]
    pub(super) struct Parcel {
        pub(super) kilos: u32,
        #[serde(default)]
        pub(super) label: Option<String>,
    }

    pub(super) struct Shipping {
        pub(super) state: Parcel,
    }

    #[workflow(state = Parcel)]
    impl Shipping {
        #[step]
        fn weigh(&mut self) {
            self.state.label = None;
        }
        #[step(approval = "Send it?")]
        fn send(&mut self) {
            self.state.kilos += 10;
        }
    }
}

/// A run of Monday's that was decided on when nobody was there.
async fn decided(place: &Place) -> TestResult {
    let runner = place.runner().await?.register(|state| monday::Shipping { state }).start().await?;
    let run = runner.start(id("p1"), monday::Shipping { state: monday::Parcel::default() }).await?;
    let gate = run.wait().await?.gate().ok_or("it asks")?;
    drop(runner);
    let runs = stepflow_store::Runs::new(place.open().await?);
    runs.decide(&gate, ApprovalDecision::approve().by("noor")).await?;
    Ok(())
}

async fn a_renamed_step_holds_the_run_until_its_program_is_back(place: Place) -> TestResult {
    decided(&place).await?;
    let runner = place.runner().await?.register(|state| tuesday::Shipping { state }).start().await?;
    let outcome = runner.run(id("p1")).wait().await?;
    assert_eq!(outcome.status(), RunStatus::Held);
    let differences = vec!["step 1 was `weigh` and is `measure` now".to_owned()];
    assert_eq!(outcome.hold(), Some(&Hold::DefinitionChanged { differences }));
    assert_eq!(outcome.state::<monday::Parcel>()?.kilos, 4, "nothing ran");
    drop(runner);

    let runner = place.runner().await?.register(|state| monday::Shipping { state }).start().await?;
    let outcome = wait_past(&runner, RunStatus::Held).await?;
    assert!(outcome.is_succeeded());
    assert_eq!(outcome.state::<monday::Parcel>()?.kilos, 14);
    Ok(())
}

/// Where the run has come to that was held when the runner started.
async fn wait_past(
    runner: &stepflow_store::Runner,
    status: RunStatus,
) -> Result<stepflow_store::Outcome, Box<dyn std::error::Error>> {
    loop {
        let outcome = runner.run(id("p1")).wait().await?;
        if outcome.status() != status {
            return Ok(outcome);
        }
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
}

async fn a_person_can_let_a_run_go_on_by_the_definition_of_the_day(place: Place) -> TestResult {
    decided(&place).await?;
    let runner = place.runner().await?.register(|state| wednesday::Shipping { state }).start().await?;
    assert_eq!(runner.run(id("p1")).wait().await?.status(), RunStatus::Held);
    runner.runs().adopt(&id("p1"), "noor").await?;
    // The gate asks again: another step is behind it than the one that was decided on.
    let gate = runner.run(id("p1")).wait().await?.gate().ok_or("it asks again")?;
    runner.runs().decide(&gate, ApprovalDecision::approve().by("noor")).await?;
    let outcome = runner.run(id("p1")).wait().await?;
    assert!(outcome.is_succeeded());
    assert_eq!(outcome.state::<monday::Parcel>()?.kilos, 134);
    Ok(())
}

async fn a_run_whose_step_is_gone_is_held_even_if_somebody_lets_it_go_on(place: Place) -> TestResult {
    decided(&place).await?;
    let runner = place.runner().await?.register(|state| tuesday::Shipping { state }).start().await?;
    assert_eq!(runner.run(id("p1")).wait().await?.status(), RunStatus::Held);
    runner.runs().adopt(&id("p1"), "noor").await?;
    let outcome = runner.run(id("p1")).wait().await?;
    assert!(matches!(outcome.hold(), Some(Hold::DefinitionChanged { .. })), "{outcome:?}");
    assert_eq!(outcome.state::<monday::Parcel>()?.kilos, 4);
    Ok(())
}

async fn a_state_of_another_shape_holds_the_run_and_names_the_field(place: Place) -> TestResult {
    decided(&place).await?;
    for _ in 0..2 {
        let runner = place.runner().await?.register(|state| thursday::Shipping { state }).start().await?;
        let outcome = runner.run(id("p1")).wait().await?;
        assert_eq!(outcome.status(), RunStatus::Held);
        let Some(Hold::StateChanged { place, .. }) = outcome.hold() else { panic!("{outcome:?}") };
        assert_eq!(place, "label");
    }
    let runner = place.runner().await?.register(|state| monday::Shipping { state }).start().await?;
    let outcome = wait_past(&runner, RunStatus::Held).await?;
    assert_eq!(outcome.state::<monday::Parcel>()?.kilos, 14);
    let events = place.open().await?.events(&id("p1")).await?;
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(
        kinds,
        ["created", "decided", "held", "resumed"],
        "a start that changes nothing notes nothing"
    );
    Ok(())
}

async fn a_run_that_was_edited_by_hand_is_held(place: Place) -> TestResult {
    decided(&place).await?;
    let store = place.open().await?;
    let edited = store.load(&id("p1")).await?.ok_or("it is there")?;
    let head = edited.head.replace("\"paused\"", "\"sleeping\"");
    assert_ne!(head, edited.head);
    let change = Change { head: Some(head), ..Change::default() };
    assert!(store.amend(&id("p1"), edited.version, &change).await?);

    let runner = place.runner().await?.register(|state| monday::Shipping { state }).start().await?;
    assert!(runner.run(id("p1")).wait().await.is_err());
    let held = store.load(&id("p1")).await?.ok_or("it is there")?;
    assert_eq!(held.status, RunStatus::Held);
    let hold = held.hold.ok_or("it says why")?;
    assert!(hold.contains("damaged") && hold.contains("sleeping"), "{hold}");
    Ok(())
}

on_every_store! {
    a_person_can_let_a_run_go_on_by_the_definition_of_the_day
    a_renamed_step_holds_the_run_until_its_program_is_back
    a_run_that_was_edited_by_hand_is_held
    a_run_whose_step_is_gone_is_held_even_if_somebody_lets_it_go_on
    a_state_of_another_shape_holds_the_run_and_names_the_field
}
