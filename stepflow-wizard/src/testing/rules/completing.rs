//! Wizards on their way to being submitted.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::BoxError;
use crate::store::{Change, NewWizard, Phase, WizardStore};
use crate::testing::sample::{HOUR, add, change, completing, create, load, new, phase, state};

/// While a lease lasts, everybody sees that.
pub async fn a_lease_is_told(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let wizard = add(&store, 1, "ada").await?;
    let wizard = change(&store, &wizard, &completing(HOUR)).await?;
    assert_eq!((wizard.phase, wizard.leased), (Phase::Completing, true));

    let other = add(&store, 2, "ada").await?;
    let other = change(&store, &other, &completing(Duration::ZERO)).await?;
    assert_eq!((other.phase, other.leased), (Phase::Completing, false));
    Ok(())
}

/// Whoever changes the wizard next ends the lease.
pub async fn a_lease_ends_with_the_next_change(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let wizard = add(&store, 1, "ada").await?;
    let wizard = change(&store, &wizard, &completing(HOUR)).await?;
    let wizard = change(&store, &wizard, &phase(Phase::Open)).await?;
    assert_eq!((wizard.phase, wizard.leased), (Phase::Open, false));
    let wizard = change(&store, &wizard, &phase(Phase::Completing)).await?;
    assert!(!wizard.leased);
    Ok(())
}

/// Of many who begin to complete the same revision at once, one does.
pub async fn one_of_many_begins_to_complete(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let wizard = add(&store, 1, "ada").await?;
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let (store, key) = (Arc::clone(&store), wizard.key.clone());
        tasks.spawn(async move { store.save(&key, 1, &completing(HOUR)).await });
    }
    let mut winners = 0;
    while let Some(saved) = tasks.join_next().await {
        winners += u32::from(saved??.is_some());
    }
    assert_eq!(winners, 1);
    Ok(())
}

/// Whoever submitted is told what became of it, however long that takes.
pub async fn what_is_being_completed_is_never_over_its_time(
    store: Arc<dyn WizardStore>,
) -> Result<(), BoxError> {
    let wizard = add(&store, 1, "ada").await?;
    let late = Change { keep_for: Some(Duration::ZERO), ..completing(Duration::ZERO) };
    let wizard = change(&store, &wizard, &late).await?;
    assert!(!wizard.expired);
    assert_eq!(store.sweep(Duration::ZERO, 10).await?, 0);
    let wizard = change(&store, &wizard, &phase(Phase::Open)).await?;
    assert!(wizard.expired, "its time was over already");
    Ok(())
}

/// What nobody completes any more is found, by the name of its definition, the longest waiting first.
pub async fn the_interrupted_are_found(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let mut waiting = Vec::new();
    for number in 1..=3 {
        let wizard = add(&store, number, "ada").await?;
        waiting.push(change(&store, &wizard, &completing(Duration::ZERO)).await?);
    }
    let at_it = add(&store, 4, "ada").await?;
    change(&store, &at_it, &completing(HOUR)).await?;
    add(&store, 5, "ada").await?;
    let coffee = NewWizard { wizard: "coffee".into(), ..new(6, "ada")? };
    create(&store, &coffee).await?;
    let coffee = load(&store, &coffee.key).await?;
    change(&store, &coffee, &completing(Duration::ZERO)).await?;
    waiting.sort_by_key(|wizard| (wizard.updated_at, wizard.key.id));

    let found = store.interrupted("tea", 10).await?;
    assert_eq!(found, waiting.iter().map(|wizard| wizard.key.clone()).collect::<Vec<_>>());
    assert_eq!(store.interrupted("tea", 2).await?, found[..2]);
    assert_eq!(store.interrupted("coffee", 10).await?, [coffee.key]);
    assert_eq!(store.interrupted("milk", 10).await?, []);
    Ok(())
}

/// The receipt stays, and the answers go.
pub async fn a_receipt_is_kept(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let wizard = add(&store, 1, "ada").await?;
    let wizard = change(&store, &wizard, &completing(HOUR)).await?;
    let done = Change {
        state: Some(None),
        receipt: Some(r#"{"reference":"T-1"}"#.into()),
        keep_for: Some(100 * HOUR),
        ..phase(Phase::Done)
    };
    let wizard = change(&store, &wizard, &done).await?;
    assert_eq!((wizard.phase, wizard.leased, wizard.expired), (Phase::Done, false, false));
    assert_eq!((wizard.state.as_deref(), wizard.receipt.as_deref()), (None, Some(r#"{"reference":"T-1"}"#)));
    let wizard = change(&store, &wizard, &state("{}")).await?;
    assert_eq!(wizard.receipt.as_deref(), Some(r#"{"reference":"T-1"}"#));
    Ok(())
}
