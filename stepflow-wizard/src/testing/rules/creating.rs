//! Adding wizards.

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::BoxError;
use crate::store::{Cap, Caps, Created, NewWizard, Phase, WizardStore};
use crate::testing::sample::{HOUR, add, add_over, change, completing, create, load, new, phase, submission};

/// The second wizard of an id is none, whosever it is, and the first stays as it was.
pub async fn a_wizard_is_added_once(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let first = add(&store, 1, "ada").await?;
    for owner in ["ada", "bob"] {
        let again = NewWizard { state: "{}".into(), ..new(1, owner)? };
        assert_eq!(store.create(&again).await?, Created::Exists, "{owner}");
    }
    assert_eq!(load(&store, &first.key).await?, first);
    Ok(())
}

/// Every part of a new wizard comes back.
pub async fn a_wizard_is_kept_as_it_was_given(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let before = store.now().await?;
    let given = NewWizard { submission: Some(submission(9)), ..new(1, "ada")? };
    let saved = create(&store, &given).await?;
    let kept = load(&store, &given.key).await?;

    assert_eq!((&kept.key, kept.wizard.as_str(), kept.revision), (&given.key, "tea", 1));
    assert_eq!((kept.phase, kept.leased, kept.expired), (Phase::Open, false, false));
    assert_eq!((kept.state.as_deref(), kept.receipt.as_deref()), (Some(r#"{"n":1}"#), None));
    assert_eq!(kept.submission, given.submission);
    assert_eq!((saved.revision, saved.at, saved.expires_at), (1, kept.created_at, kept.expires_at));
    assert_eq!(kept.updated_at, kept.created_at);
    assert!(kept.created_at >= before && kept.created_at <= store.now().await?);
    assert_eq!(kept.expires_at, kept.created_at.checked_add(HOUR)?);
    Ok(())
}

/// Of many who add a wizard of the same id at once, one does.
pub async fn one_of_many_adds_the_wizard(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let mut tasks = JoinSet::new();
    for number in 0..16 {
        let (store, wizard) = (Arc::clone(&store), NewWizard { state: number.to_string(), ..new(1, "ada")? });
        tasks.spawn(async move { store.create(&wizard).await.map(|created| (number, created)) });
    }
    let mut added = Vec::new();
    while let Some(created) = tasks.join_next().await {
        if let (number, Created::Added(_)) = created?? {
            added.push(Some(number.to_string()));
        }
    }
    assert_eq!(added, [load(&store, &new(1, "ada")?.key).await?.state]);
    Ok(())
}

/// Who has as many as they may have gets no more; others do.
pub async fn an_owner_has_so_many(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let caps = Caps { per_owner: 2, ..Caps::default() };
    for number in [1, 2] {
        create(&store, &NewWizard { caps, ..new(number, "ada")? }).await?;
    }
    let third = NewWizard { caps, ..new(3, "ada")? };
    assert_eq!(store.create(&third).await?, Created::Full(Cap::PerOwner));
    assert_eq!(store.load(&third.key).await?, None);
    create(&store, &NewWizard { caps, ..new(3, "bob")? }).await?;
    Ok(())
}

/// Many that are added at the same moment do not slip past the cap of an owner.
pub async fn many_at_once_do_not_exceed_an_owners_cap(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let mut tasks = JoinSet::new();
    for number in 0..16 {
        let caps = Caps { per_owner: 3, ..Caps::default() };
        let (store, wizard) = (Arc::clone(&store), NewWizard { caps, ..new(number, "ada")? });
        tasks.spawn(async move { store.create(&wizard).await });
    }
    let mut added = 0;
    while let Some(created) = tasks.join_next().await {
        if let Created::Added(_) = created?? {
            added += 1;
        }
    }
    assert_eq!(added, 3);
    Ok(())
}

/// What is done, or over its time, does not count for its owner; what is being completed does.
pub async fn what_is_done_leaves_its_owner_room(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let caps = Caps { per_owner: 1, ..Caps::default() };
    add_over(&store, 1, "ada").await?;
    let done = add(&store, 2, "ada").await?;
    change(&store, &done, &phase(Phase::Done)).await?;
    create(&store, &NewWizard { caps, ..new(3, "ada")? }).await?;

    let other = add(&store, 4, "bob").await?;
    change(&store, &other, &completing(HOUR)).await?;
    let refused = store.create(&NewWizard { caps, ..new(5, "bob")? }).await?;
    assert_eq!(refused, Created::Full(Cap::PerOwner));
    Ok(())
}

/// A store that holds as many as it may takes no more; one that is done counts as well.
pub async fn a_full_store_takes_no_more(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let caps = Caps { in_total: 2, ..Caps::default() };
    let done = add(&store, 1, "ada").await?;
    change(&store, &done, &phase(Phase::Done)).await?;
    create(&store, &NewWizard { caps, ..new(2, "bob")? }).await?;
    assert_eq!(store.create(&NewWizard { caps, ..new(3, "eve")? }).await?, Created::Full(Cap::InTotal));
    Ok(())
}

/// In a full store, what is over its time is removed for what comes.
pub async fn what_is_over_its_time_makes_room(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let caps = Caps { in_total: 2, ..Caps::default() };
    let over = add_over(&store, 1, "ada").await?;
    let kept = add(&store, 2, "ada").await?;
    create(&store, &NewWizard { caps, ..new(3, "bob")? }).await?;
    assert_eq!(store.load(&over.key).await?, None);
    assert_eq!(load(&store, &kept.key).await?, kept);
    Ok(())
}
