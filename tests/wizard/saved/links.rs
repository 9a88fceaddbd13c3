//! Coming back: by a link, after signing in.

use serde_json::json;
use stepflow_wizard::store::{LinkHash, WizardKey, WizardStore};
use stepflow_wizard::{Keeping, Wizards, WizardsError};

use super::kit::{HOUR, ada, answer, answered, begin, builder, definition, memory};

#[tokio::test]
async fn a_link_leads_back_once_and_on_another_device() {
    let wizards = builder().build();
    let begun = begin(&wizards).await;
    let session = answer(&wizards, &begun, json!({ "name": "Ada" })).await.session;
    let link = wizards.link(session.key()).await.unwrap();
    assert_eq!(link.token.len(), 64);

    // Mail programs look at links: that uses nothing up.
    for _ in 0..3 {
        assert_eq!(wizards.linked(&link.token).await.unwrap().state(), session.state());
    }
    let phone = "ada's phone".parse().unwrap();
    let resumed = wizards.resume(&link.token, &phone).await.unwrap();
    assert_eq!(resumed.key(), &WizardKey { id: begun.key().id, owner: phone });
    assert_eq!(resumed.state().stage(), "card");
    assert!(matches!(wizards.load(begun.key()).await, Err(WizardsError::NotFound)));

    let eve = "eve".parse().unwrap();
    for token in [link.token.as_str(), "", "0", &"0".repeat(64)] {
        for tried in [wizards.linked(token).await, wizards.resume(token, &eve).await] {
            assert!(matches!(tried, Err(WizardsError::LinkVoid)), "{token}: {tried:?}");
        }
    }
}

/// Who reads the store cannot come back as somebody else, and nobody prints the secret by accident.
#[tokio::test]
async fn the_secret_of_a_link_is_kept_nowhere() {
    let (store, _) = memory();
    let wizards = Wizards::new(definition(), store.clone());
    let link = wizards.link(begin(&wizards).await.key()).await.unwrap();
    assert!(store.linked(&LinkHash::of(&link.token)).await.unwrap().is_some());
    let digest = LinkHash::of(&link.token).to_string();
    assert!(matches!(wizards.resume(&digest, &ada()).await, Err(WizardsError::LinkVoid)));
    assert!(!format!("{link:?}").contains(&link.token));
}

#[tokio::test]
async fn a_link_ends_with_its_time_and_its_wizard() {
    let (store, clock) = memory();
    let keeping = Keeping { links: HOUR, ..Keeping::default() };
    let wizards = Wizards::builder(definition(), store).keeping(keeping).build();
    let link = wizards.link(begin(&wizards).await.key()).await.unwrap();
    clock.advance(HOUR);
    assert!(matches!(wizards.resume(&link.token, &ada()).await, Err(WizardsError::LinkVoid)));

    let end = answered(&wizards).await;
    let link = wizards.link(end.key()).await.unwrap();
    wizards.complete(end.key(), end.submission().unwrap()).await.unwrap();
    assert!(matches!(wizards.resume(&link.token, &ada()).await, Err(WizardsError::LinkVoid)));
    assert!(matches!(wizards.link(end.key()).await, Err(WizardsError::Done(_))));
}

#[tokio::test]
async fn who_signs_in_keeps_what_they_began() {
    let wizards = builder().build();
    let begun = begin(&wizards).await;
    let person = "user 7".parse().unwrap();
    assert_eq!(wizards.hand_over(&ada(), &person).await.unwrap(), 1);
    assert!(matches!(wizards.load(begun.key()).await, Err(WizardsError::NotFound)));
    let kept = wizards.load(&WizardKey { owner: person, ..begun.key().clone() }).await.unwrap();
    assert_eq!((kept.revision(), kept.state()), (begun.revision(), begun.state()));
}
