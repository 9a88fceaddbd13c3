//! Who is told of what happened.

use std::sync::{Arc, Mutex};

use serde_json::json;
use stepflow_wizard::{
    Blueprint, Command, Definition, Flow, HookCall, HookKind, HookPolicy, Hooks, Settings, Stage, Wizards,
};

use super::kit::{answer, answered, begin, builder, definition, memory, submit};
use crate::kit::asks;

/// What hooks were told, in order.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    fn hooks(&self) -> Hooks {
        let note = |what: &'static str| {
            let told = self.clone();
            move |call: HookCall| {
                told.0.lock().unwrap().push(format!("{what} {}", call.event.stage));
                async { Ok(()) }
            }
        };
        Hooks::new()
            .on_enter(note("enter"))
            .on_exit(note("exit"))
            .on_complete(note("complete"))
            .on_restart(note("restart"))
            .on_enter_of("card", note("card:"))
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[tokio::test]
async fn hooks_are_told_in_the_order_of_what_happened() {
    let told = Told::default();
    let wizards = builder().hooks(told.hooks()).build();
    let begun = begin(&wizards).await;
    assert_eq!(told.take(), ["enter name"]);
    let session = answer(&wizards, &begun, json!({ "name": "Ada" })).await.session;
    assert_eq!(told.take(), ["exit name", "enter card", "card: card"]);
    let wrong = answer(&wizards, &session, json!({ "number": 4 })).await.session;
    assert_eq!(told.take(), [""; 0]);
    let end = answer(&wizards, &wrong, json!({ "number": "4" })).await.session;
    assert_eq!(told.take(), ["exit card", "enter done", "complete done"]);
    wizards.advance(end.key(), end.revision(), Command::Restart).await.unwrap();
    assert_eq!(told.take(), ["exit done", "restart done", "enter name"]);
}

/// The table of the original: an exit on every answer, an entry at the last stage of a move, nothing in between.
#[tokio::test]
async fn the_policy_of_the_original_is_kept() {
    for consistent_lifecycle in [true, false] {
        let stages = vec![
            asks("a", "p", "string").to("m"),
            Stage::message("m", "Well done.").to("c"),
            Stage { can_skip: true, ..asks("c", "q", "string").to("end") },
            Stage::end("end"),
        ];
        let mut blueprint = Blueprint::new(Flow::new("w", stages));
        blueprint.settings =
            Settings { hooks: HookPolicy::Compat { consistent_lifecycle }, ..Settings::default() };
        let told = Told::default();
        let definition = Definition::new(blueprint).unwrap();
        let wizards = Wizards::builder(definition, memory().0).hooks(told.hooks()).build();
        let begun = begin(&wizards).await;
        told.take();
        let session = answer(&wizards, &begun, json!({ "p": "x" })).await.session;
        assert_eq!(told.take(), ["exit a", "enter c"]);
        let wrong = answer(&wizards, &session, json!({ "q": 1 })).await.session;
        assert_eq!(told.take(), ["exit c"]);
        let back = wizards.advance(wrong.key(), wrong.revision(), Command::back()).await.unwrap().session;
        assert_eq!(told.take(), if consistent_lifecycle { vec!["enter a"] } else { vec![] });
        let session = answer(&wizards, &back, json!({ "p": "x" })).await.session;
        told.take();
        let end = wizards.advance(session.key(), session.revision(), Command::Skip).await.unwrap().session;
        let skipped = if consistent_lifecycle { vec!["enter end", "complete end"] } else { vec![] };
        assert_eq!(told.take(), skipped);
        wizards.advance(end.key(), end.revision(), Command::Restart).await.unwrap();
        assert_eq!(told.take().len(), 1);
    }
}

/// What hooks do changes nothing that is saved; the others are told all the same, and those who listen for errors.
#[tokio::test]
async fn a_failing_hook_is_told_and_changes_nothing() {
    let told = Told::default();
    let errors = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&errors);
    let hooks = Hooks::new()
        .on_exit(|_| async { Err("the mail server is down".into()) })
        .on_exit_of("name", |_| -> std::future::Ready<_> { panic!("never mind") })
        .on_error(move |call| {
            let error = call.error.unwrap();
            seen.lock().unwrap().push(format!(
                "{} {}: {}",
                error.kind == HookKind::Exit,
                error.stage,
                error.source
            ));
            async { Ok(()) }
        })
        .on_error(|_| async { Err("nobody reads this".into()) });
    let wizards = builder().hooks(hooks).build();
    let begun = begin(&wizards).await;
    let moved = answer(&wizards, &begun, json!({ "name": "Ada" })).await;
    let complaints: Vec<_> = moved.hook_errors.iter().map(|error| error.source.to_string()).collect();
    assert_eq!(
        complaints,
        ["the mail server is down", "nobody reads this", "it panicked: never mind", "nobody reads this"]
    );
    assert_eq!(
        *errors.lock().unwrap(),
        ["true name: the mail server is down", "true name: it panicked: never mind"]
    );
    assert_eq!(wizards.load(begun.key()).await.unwrap(), moved.session);
    assert_eq!(moved.session.state().stage(), "card");
    assert!(told.take().is_empty());
}

/// A hook comes after the commit: it finds what it is told of.
#[tokio::test]
async fn a_hook_finds_what_it_is_told_of() {
    let (store, _) = memory();
    let reader = Wizards::new(definition(), store.clone());
    let found = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&found);
    let hooks = Hooks::new().on_enter(move |call| {
        let (reader, seen) = (reader.clone(), Arc::clone(&seen));
        async move {
            let key = stepflow_wizard::store::WizardKey { id: call.id, owner: super::kit::ada() };
            let stage = reader.load(&key).await?.state().stage().to_owned();
            seen.lock().unwrap().push((stage, call.data.get("number").cloned()));
            Ok(())
        }
    });
    let wizards = Wizards::builder(definition(), store).hooks(hooks).build();
    answered(&wizards).await;
    // What is sensitive is not among what hooks are told.
    let expected = ["name", "card", "done"].map(|stage| (stage.to_owned(), None));
    assert_eq!(*found.lock().unwrap(), expected);
}

/// A call that is refused, or was carried out before, tells nobody.
#[tokio::test]
async fn nobody_is_told_of_what_did_not_happen() {
    let told = Told::default();
    let wizards = builder().hooks(told.hooks()).build();
    let begun = begin(&wizards).await;
    let call = || stepflow_wizard::Call::from(submit(json!({ "name": "Ada" }))).with_id("one");
    wizards.advance(begun.key(), 1, call()).await.unwrap();
    told.take();
    wizards.advance(begun.key(), 1, call()).await.unwrap();
    wizards.advance(begun.key(), 1, submit(json!({ "name": "Eve" }))).await.unwrap_err();
    wizards.advance(begun.key(), 2, submit(json!({ "_x": 1 }))).await.unwrap_err();
    let veto = wizards.advance_if(begun.key(), 2, submit(json!({ "number": "1" })), |_, _| {
        Box::pin(async { Err("no".into()) })
    });
    veto.await.unwrap_err();
    assert_eq!(told.take(), [""; 0]);
}
