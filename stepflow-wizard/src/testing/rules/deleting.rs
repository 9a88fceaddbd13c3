//! Wizards that are not wanted any more.

use std::sync::Arc;
use std::time::Duration;

use crate::BoxError;
use crate::store::WizardStore;
use crate::testing::sample::{HOUR, add, add_over, change, load, state};

/// A wizard that was deleted is gone, and its id is free.
pub async fn a_deleted_wizard_is_gone(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let wizard = add(&store, 1, "ada").await?;
    assert!(store.delete(&wizard.key, 1).await?);
    assert_eq!(store.load(&wizard.key).await?, None);
    assert!(!store.delete(&wizard.key, 1).await?);
    assert_eq!(add(&store, 1, "bob").await?.revision, 1);
    Ok(())
}

/// What has changed since somebody looked is not deleted.
pub async fn another_revision_is_not_deleted(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let wizard = add(&store, 1, "ada").await?;
    let wizard = change(&store, &wizard, &state("{}")).await?;
    for revision in [0, 1, 3, u64::MAX] {
        assert!(!store.delete(&wizard.key, revision).await?, "{revision}");
    }
    assert_eq!(load(&store, &wizard.key).await?, wizard);
    Ok(())
}

/// A sweep removes what is over its time, whosever it is, and nothing else.
pub async fn what_is_over_its_time_is_swept(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let kept = add(&store, 1, "ada").await?;
    let (one, two) = (add_over(&store, 2, "ada").await?, add_over(&store, 3, "bob").await?);
    assert_eq!(store.sweep(Duration::ZERO, 10).await?, 2);
    assert_eq!((store.load(&one.key).await?, store.load(&two.key).await?), (None, None));
    assert_eq!(load(&store, &kept.key).await?, kept);
    assert_eq!(store.sweep(Duration::ZERO, 10).await?, 0);
    Ok(())
}

/// A sweep removes no more than it was told to.
pub async fn a_sweep_has_a_limit(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    for number in 1..=5 {
        add_over(&store, number, "ada").await?;
    }
    assert_eq!(store.sweep(Duration::ZERO, 0).await?, 0);
    assert_eq!(store.sweep(Duration::ZERO, 3).await?, 3);
    assert_eq!(store.sweep(Duration::ZERO, 3).await?, 2);
    Ok(())
}

/// What has been over its time for less than the grace stays.
pub async fn a_sweep_leaves_grace(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let over = add_over(&store, 1, "ada").await?;
    assert_eq!(store.sweep(HOUR, 10).await?, 0);
    assert_eq!(store.sweep(Duration::MAX, 10).await?, 0);
    assert_eq!(load(&store, &over.key).await?, over);
    Ok(())
}
