//! Changes to one revision of a wizard.

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::BoxError;
use crate::store::{Change, Phase, StoredWizard, WizardStore};
use crate::testing::sample::{add, change, load, phase, state, submission};

/// What a change names is changed, and nothing else.
pub async fn a_change_changes_what_it_names(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let before = add(&store, 1, "ada").await?;
    let one = change(&store, &before, &state(r#"{"n":2}"#)).await?;
    let expected = StoredWizard {
        revision: 2,
        state: Some(r#"{"n":2}"#.into()),
        updated_at: one.updated_at,
        expires_at: one.expires_at,
        ..before
    };
    assert_eq!(one, expected);
    assert!(one.updated_at >= one.created_at);

    let named = Change { submission: Some(Some(submission(7))), ..Change::default() };
    let two = change(&store, &one, &named).await?;
    assert_eq!((two.revision, two.submission, &two.state), (3, Some(submission(7)), &one.state));

    let nothing = change(&store, &two, &Change::default()).await?;
    assert_eq!((nothing.revision, nothing.submission, nothing.state), (4, two.submission, two.state));
    Ok(())
}

/// What a change tells to forget is forgotten.
pub async fn a_change_clears_what_it_is_told_to(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let wizard = add(&store, 1, "ada").await?;
    let named = Change { submission: Some(Some(submission(7))), ..Change::default() };
    let wizard = change(&store, &wizard, &named).await?;
    let cleared = Change { state: Some(None), submission: Some(None), ..Change::default() };
    let wizard = change(&store, &wizard, &cleared).await?;
    assert_eq!((wizard.state, wizard.submission, wizard.phase), (None, None, Phase::Open));
    Ok(())
}

/// A change that was made for another revision is none.
pub async fn another_revision_changes_nothing(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let wizard = add(&store, 1, "ada").await?;
    let wizard = change(&store, &wizard, &state(r#"{"n":2}"#)).await?;
    for revision in [0, 1, 3, u64::MAX] {
        assert_eq!(store.save(&wizard.key, revision, &phase(Phase::Done)).await?, None, "{revision}");
    }
    assert_eq!(load(&store, &wizard.key).await?, wizard);
    Ok(())
}

/// Of many who change the same revision at once, one does.
pub async fn one_of_many_saves(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let wizard = add(&store, 1, "ada").await?;
    let mut tasks = JoinSet::new();
    for number in 0..16 {
        let (store, key) = (Arc::clone(&store), wizard.key.clone());
        tasks.spawn(async move {
            let saved = store.save(&key, 1, &state(&number.to_string())).await;
            saved.map(|saved| saved.map(|_| number.to_string()))
        });
    }
    let mut winners = Vec::new();
    while let Some(saved) = tasks.join_next().await {
        winners.extend(saved??.map(Some));
    }
    let kept = load(&store, &wizard.key).await?;
    assert_eq!((winners, kept.revision), (vec![kept.state], 2));
    Ok(())
}
