//! Runs that failed, and are tried again after their definition has changed.

use std::sync::atomic::Ordering;

use stepflow_store::{Hold, RunStatus};

use super::cases::Case;
use super::definitions::{World, approve_all, decided, program, runs};
use super::place::{Place, TestResult, at_every_place, past_held};

async fn a_failed_run_is_tried_again_by_the_new_definition_or_held(place: Place) -> TestResult {
    let world = World::default();
    let all = runs(&["failed"]);
    world.mode().fails.store(true, Ordering::SeqCst);
    let runner = program(&place, &world, Case::before).await?;
    decided(&runner, &world, &all).await?;
    for (case, run) in &all {
        assert_eq!(runner.run(run.clone()).wait().await?.status(), RunStatus::Failed, "{}", case.name);
    }
    drop(runner);
    world.mode().fails.store(false, Ordering::SeqCst);

    // Nobody touches a run that is over, whatever the program has become.
    let runner = program(&place, &world, Case::now).await?;
    for (case, run) in &all {
        assert_eq!(runner.run(run.clone()).wait().await?.status(), RunStatus::Failed, "{}", case.name);
        runner.runs().retry(run, "noor").await?;
        let outcome = approve_all(&runner, run).await?;
        match case.adopted {
            Some(steps) => {
                assert!(outcome.is_succeeded(), "{}: {outcome:?}", case.name);
                let ran = outcome.state::<Vec<String>>()?;
                assert_eq!(ran, [&["check", "decide"][..], steps].concat(), "{}", case.name);
            }
            None => {
                let held = matches!(outcome.hold(), Some(Hold::DefinitionChanged { .. }));
                assert!(held, "{}: {outcome:?}", case.name);
            }
        }
    }
    drop(runner);

    // What has no place in the new definition still has one in that of before.
    let runner = program(&place, &world, Case::before).await?;
    for (case, run) in all.iter().filter(|(case, _)| case.adopted.is_none()) {
        past_held(&runner, run).await?;
        let outcome = approve_all(&runner, run).await?;
        assert!(outcome.is_succeeded(), "{}: {outcome:?}", case.name);
        assert_eq!(outcome.state::<Vec<String>>()?, ["check", "decide", "pay", "file"], "{}", case.name);
    }
    Ok(())
}

at_every_place! {
    a_failed_run_is_tried_again_by_the_new_definition_or_held
}
