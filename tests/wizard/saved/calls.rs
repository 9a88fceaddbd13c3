//! Calls on what is saved.

use std::time::Duration;

use serde_json::json;
use stepflow_wizard::store::{Cap, Caps, Lifetime, Phase, WizardId, WizardKey, WizardStore};
use stepflow_wizard::{
    Blueprint, Call, Command, Definition, Flow, Keeping, Kind, Map, Stage, WizardError, Wizards, WizardsError,
};

use super::kit::{HOUR, ada, answer, answered, begin, builder, definition, memory, submit};

/// What a server does with a wizard can be done on any thread.
#[test]
fn calls_may_move_between_threads() {
    fn send<T: Send>(_: T) {}
    let wizards = builder().build();
    let key = WizardKey { id: WizardId::from_random([1; 16]), owner: ada() };
    send(wizards.begin(&key.owner, Map::new()));
    send(wizards.load(&key));
    send(wizards.advance(&key, 1, Command::Skip));
    send(wizards.advance_if(&key, 1, Command::Skip, |_, _| Box::pin(async { Ok(()) })));
    send(wizards.complete(&key, "00000000000000000000000000000001".parse().unwrap()));
    send(wizards.complete_interrupted());
    send(wizards.link(&key));
    send(wizards.resume("secret", &key.owner));
    send(wizards.delete(&key));
}

#[tokio::test]
async fn a_wizard_is_found_where_it_was_left() {
    let wizards = builder().build();
    let begun = begin(&wizards).await;
    assert_eq!((begun.revision(), begun.phase(), begun.submission()), (1, Phase::Open, None));

    let moved = answer(&wizards, &begun, json!({ "name": "Ada" })).await;
    assert_eq!((moved.outcome.kind, moved.session.revision()), (Kind::Moved, 2));
    let loaded = wizards.load(begun.key()).await.unwrap();
    assert_eq!(loaded, moved.session);
    assert_eq!(wizards.view(&loaded).unwrap().stage.as_ref(), "card");
    assert_eq!(wizards.journey(&loaded).unwrap().data["name"], "Ada");
}

#[tokio::test]
async fn a_foreign_id_and_an_unknown_one_are_the_same() {
    let wizards = builder().build();
    let key = begin(&wizards).await.key().clone();
    let foreign = WizardKey { owner: "eve".parse().unwrap(), ..key.clone() };
    let unknown = WizardKey { id: WizardId::from_random([9; 16]), ..key.clone() };
    for key in [foreign, unknown] {
        let errors = [
            wizards.load(&key).await.unwrap_err(),
            wizards.advance(&key, 1, submit(json!({ "name": "Eve" }))).await.unwrap_err(),
            wizards.complete(&key, "00000000000000000000000000000001".parse().unwrap()).await.unwrap_err(),
            wizards.receipt(&key).await.unwrap_err(),
            wizards.link(&key).await.unwrap_err(),
            wizards.touch(&key).await.unwrap_err(),
            wizards.delete(&key).await.unwrap_err(),
        ];
        for error in errors {
            assert!(matches!(error, WizardsError::NotFound), "{error:?}");
            assert_eq!(error.to_string(), "there is no such wizard");
        }
    }
    assert_eq!(wizards.load(&key).await.unwrap().revision(), 1);
}

/// Two definitions may share a store; a wizard of one is none of the other.
#[tokio::test]
async fn a_wizard_of_another_definition_is_not_found() {
    let (store, _) = memory();
    let orders = Wizards::new(definition(), store.clone());
    let tea = Flow::new("tea", vec![Stage::new("kind").to("done"), Stage::end("done")]);
    let teas = Wizards::new(Definition::new(Blueprint::new(tea)).unwrap(), store);
    let order = begin(&orders).await;
    assert!(matches!(teas.load(order.key()).await, Err(WizardsError::NotFound)));
    assert_eq!((teas.list(&ada()).await.unwrap().len(), orders.list(&ada()).await.unwrap().len()), (0, 1));
    assert_eq!(orders.current(&ada()).await.unwrap().as_ref(), Some(order.key()));
    assert_eq!(teas.current(&ada()).await.unwrap(), None);
}

#[tokio::test]
async fn a_stale_call_is_told_what_is_saved() {
    let wizards = builder().build();
    let begun = begin(&wizards).await;
    let moved = answer(&wizards, &begun, json!({ "name": "Ada" })).await.session;
    let late = wizards.advance(begun.key(), 1, submit(json!({ "name": "Eve" }))).await;
    let Err(WizardsError::Stale { expected, saved }) = late else { panic!("{late:?}") };
    assert_eq!((expected, *saved), (1, moved));
}

/// Of two who answer at the same moment one wins, and the other is told what is saved then.
#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_who_answer_at_once_wins() {
    let wizards = builder().build();
    let begun = begin(&wizards).await;
    let tries = (0..8).map(|number| {
        let (wizards, begun) = (wizards.clone(), begun.clone());
        tokio::spawn(async move {
            let name = format!("person {number}");
            let tried = wizards.advance(begun.key(), 1, submit(json!({ "name": name }))).await;
            (name, tried)
        })
    });
    let tries: Vec<_> = tries.collect();
    let (mut winners, mut told) = (Vec::new(), Vec::new());
    for tried in tries {
        match tried.await.unwrap() {
            (name, Ok(_)) => winners.push(name),
            (_, Err(WizardsError::Stale { saved, .. })) => {
                told.push(wizards.journey(&saved).unwrap().data["name"].clone());
            }
            (_, Err(other)) => panic!("{other:?}"),
        }
    }
    assert_eq!(winners.len(), 1);
    assert_eq!(told, vec![json!(winners[0]); 7]);
}

/// A form that is sent twice is one answer, in whatever order the two arrive.
#[tokio::test]
async fn a_repeated_call_changes_nothing() {
    let wizards = builder().build();
    let begun = begin(&wizards).await;
    let call = || Call::from(submit(json!({ "name": "Ada" }))).with_id("form 1");
    let first = wizards.advance(begun.key(), 1, call()).await.unwrap();
    let again = wizards.advance(begun.key(), 1, call()).await.unwrap();
    assert_eq!((first.outcome.kind, again.outcome.kind), (Kind::Moved, Kind::Repeated));
    assert_eq!(again.session, first.session);
    assert_eq!(wizards.load(begun.key()).await.unwrap(), first.session);
}

#[tokio::test]
async fn what_the_core_refuses_changes_nothing() {
    let wizards = builder().build();
    let begun = begin(&wizards).await;
    let refused = wizards.advance(begun.key(), 1, submit(json!({ "_name": "Ada" }))).await;
    let Err(WizardsError::Refused { error: WizardError::ReservedKey(_), session }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(*session, begun);
    assert_eq!(wizards.load(begun.key()).await.unwrap(), begun);
}

/// What is typed and not valid is kept as a draft, so that the page can show it again.
#[tokio::test]
async fn a_wrong_answer_is_kept_as_a_draft() {
    let wizards = builder().build();
    let begun = begin(&wizards).await;
    let wrong = answer(&wizards, &begun, json!({ "name": 7 })).await;
    assert_eq!((wrong.outcome.kind, wrong.session.revision()), (Kind::Invalid, 2));
    let loaded = wizards.load(begun.key()).await.unwrap();
    assert_eq!(wizards.view(&loaded).unwrap().values["name"], 7);
    assert_eq!(loaded.state().stage(), "name");
}

#[tokio::test]
async fn a_guard_that_panics_is_a_veto() {
    let wizards = builder().build();
    let begun = begin(&wizards).await;
    let tried = wizards
        .advance_if(begun.key(), 1, submit(json!({ "name": "Ada" })), |_, _| panic!("no tea left"))
        .await;
    let Err(WizardsError::Vetoed { source, session }) = tried else { panic!("{tried:?}") };
    assert!(source.to_string().contains("no tea left"), "{source}");
    assert_eq!(*session, begun);
    assert_eq!(wizards.load(begun.key()).await.unwrap(), begun);
}

/// While a guard thinks, others may come first: then it was asked about what is not there any more.
#[tokio::test]
async fn a_guard_does_not_keep_others_out() {
    let wizards = builder().build();
    let begun = begin(&wizards).await;
    let other = wizards.clone();
    let tried = wizards
        .advance_if(begun.key(), 1, submit(json!({ "name": "Ada" })), move |before, _| {
            let key = before.key().clone();
            Box::pin(async move {
                other.advance(&key, 1, submit(json!({ "name": "Eve" }))).await?;
                Ok(())
            })
        })
        .await;
    let Err(WizardsError::Stale { saved, .. }) = tried else { panic!("{tried:?}") };
    assert_eq!(wizards.journey(&saved).unwrap().data["name"], "Eve");
}

#[tokio::test]
async fn an_idle_wizard_is_over_its_time() {
    let (store, clock) = memory();
    let lifetime = Lifetime { idle: HOUR, absolute: 3 * HOUR };
    let keeping = Keeping { lifetime, expired_for: HOUR, ..Keeping::default() };
    let wizards = Wizards::builder(definition(), store.clone()).keeping(keeping).build();
    let begun = begin(&wizards).await;

    // A change and a touch give time.
    clock.advance(HOUR - Duration::from_secs(1));
    let session = answer(&wizards, &begun, json!({ "name": "Ada" })).await.session;
    clock.advance(HOUR - Duration::from_secs(1));
    wizards.touch(session.key()).await.unwrap();
    clock.advance(HOUR - Duration::from_secs(1));
    assert_eq!(wizards.load(session.key()).await.unwrap().state(), session.state());

    // But not for ever.
    clock.advance(Duration::from_secs(3));
    let errors = [
        wizards.load(session.key()).await.unwrap_err(),
        wizards.touch(session.key()).await.unwrap_err(),
        wizards.advance(session.key(), 2, submit(json!({ "number": "1" }))).await.unwrap_err(),
    ];
    assert!(errors.iter().all(|error| matches!(error, WizardsError::Expired)), "{errors:?}");
    assert_eq!(wizards.sweep().await.unwrap(), 0);
    clock.advance(HOUR);
    assert_eq!(wizards.sweep().await.unwrap(), 1);
    assert!(matches!(wizards.load(session.key()).await, Err(WizardsError::NotFound)));
    assert!(store.load(session.key()).await.unwrap().is_none());
}

#[tokio::test]
async fn an_owner_cannot_begin_without_end() {
    let keeping = Keeping { caps: Caps { per_owner: 2, in_total: 3 }, ..Keeping::default() };
    let wizards = builder().keeping(keeping).build();
    let first = begin(&wizards).await;
    begin(&wizards).await;
    let third = wizards.begin(&ada(), Map::new()).await;
    assert!(matches!(third, Err(WizardsError::TooMany(Cap::PerOwner))), "{third:?}");
    wizards.begin(&"bob".parse().unwrap(), Map::new()).await.unwrap();
    let fourth = wizards.begin(&"eve".parse().unwrap(), Map::new()).await;
    assert!(matches!(fourth, Err(WizardsError::TooMany(Cap::InTotal))), "{fourth:?}");
    wizards.delete(first.key()).await.unwrap();
    begin(&wizards).await;
}

/// A state that names what this definition does not have is an error of its own, and no panic.
#[tokio::test]
async fn a_wizard_of_a_changed_definition_is_told_apart() {
    let (store, _) = memory();
    let order = begin(&Wizards::new(definition(), store.clone())).await;
    let flow = Flow::new("order", vec![Stage::new("address").to("done"), Stage::end("done")]);
    let changed = Wizards::new(Definition::new(Blueprint::new(flow)).unwrap(), store);
    let loaded = changed.load(order.key()).await;
    assert!(matches!(loaded, Err(WizardsError::Unusable(WizardError::DefinitionChanged(_)))), "{loaded:?}");
}

/// What somebody wrote into the store is not believed.
#[tokio::test]
async fn a_damaged_state_is_an_error() {
    let (store, _) = memory();
    let wizards = Wizards::new(definition(), store.clone());
    for text in ["", "{}", "[]", "null", r#"{"format":1}"#, "\u{1}"] {
        let key = begin(&wizards).await.key().clone();
        let change = stepflow_wizard::store::Change { state: Some(Some(text.into())), ..Default::default() };
        store.save(&key, 1, &change).await.unwrap().unwrap();
        let loaded = wizards.load(&key).await;
        assert!(matches!(loaded, Err(WizardsError::Unusable(WizardError::Corrupt(_)))), "{text}: {loaded:?}");
    }
}

/// Who goes back from the end, changes an answer and comes again submits under the same name; a restart is another one.
#[tokio::test]
async fn a_submission_has_one_name_until_a_restart() {
    let wizards = builder().build();
    let end = answered(&wizards).await;
    let name = end.submission().unwrap();
    assert!(end.state().is_completed());
    let key = end.key();

    let back = wizards.advance(key, end.revision(), Command::GoTo("name".into())).await.unwrap().session;
    let changed = answer(&wizards, &back, json!({ "name": "Eve" })).await.session;
    assert_eq!((back.submission(), changed.submission()), (Some(name), Some(name)));

    let anew = wizards.advance(key, changed.revision(), Command::Restart).await.unwrap().session;
    assert_eq!(anew.submission(), None);
    let session = answer(&wizards, &anew, json!({ "name": "Ada" })).await.session;
    let session = answer(&wizards, &session, json!({ "number": "1" })).await.session;
    assert!(session.submission().is_some_and(|other| other != name));
}
