//! Wizards to try a store with.

use std::sync::Arc;
use std::time::Duration;

use crate::BoxError;
use crate::store::{
    Caps, Change, Created, Lifetime, NewWizard, Owner, Phase, Saved, StoredWizard, SubmissionId, WizardId,
    WizardKey, WizardStore,
};

pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);

/// Nothing is kept for that long.
pub(crate) const OVER: Lifetime = Lifetime { idle: Duration::ZERO, absolute: HOUR };

pub(crate) fn owner(name: &str) -> Result<Owner, BoxError> {
    Ok(name.parse()?)
}

pub(crate) fn key(number: u8, owner: &str) -> Result<WizardKey, BoxError> {
    Ok(WizardKey { id: WizardId::from_random([number; 16]), owner: self::owner(owner)? })
}

pub(crate) fn submission(number: u8) -> SubmissionId {
    SubmissionId::from_random([number; 16])
}

pub(crate) fn new(number: u8, owner: &str) -> Result<NewWizard, BoxError> {
    Ok(NewWizard {
        key: key(number, owner)?,
        wizard: "tea".into(),
        state: format!(r#"{{"n":{number}}}"#),
        submission: None,
        lifetime: Lifetime { idle: HOUR, absolute: 10 * HOUR },
        caps: Caps::default(),
    })
}

pub(crate) fn state(text: &str) -> Change {
    Change { state: Some(Some(text.into())), ..Change::default() }
}

pub(crate) fn phase(phase: Phase) -> Change {
    Change { phase: Some(phase), ..Change::default() }
}

pub(crate) fn completing(lease: Duration) -> Change {
    Change { lease: Some(lease), ..phase(Phase::Completing) }
}

pub(crate) async fn create(store: &Arc<dyn WizardStore>, wizard: &NewWizard) -> Result<Saved, BoxError> {
    match store.create(wizard).await? {
        Created::Added(saved) => Ok(saved),
        other => Err(format!("the wizard was not added: {other:?}").into()),
    }
}

/// Adds a wizard.
pub(crate) async fn add(
    store: &Arc<dyn WizardStore>,
    number: u8,
    owner: &str,
) -> Result<StoredWizard, BoxError> {
    let wizard = new(number, owner)?;
    create(store, &wizard).await?;
    load(store, &wizard.key).await
}

/// Adds a wizard that is over its time at once.
pub(crate) async fn add_over(
    store: &Arc<dyn WizardStore>,
    number: u8,
    owner: &str,
) -> Result<StoredWizard, BoxError> {
    let wizard = NewWizard { lifetime: OVER, ..new(number, owner)? };
    create(store, &wizard).await?;
    load(store, &wizard.key).await
}

pub(crate) async fn load(store: &Arc<dyn WizardStore>, key: &WizardKey) -> Result<StoredWizard, BoxError> {
    store.load(key).await?.ok_or_else(|| format!("there is no wizard {}", key.id).into())
}

/// Makes a change that has to succeed, and gives what is kept then.
pub(crate) async fn change(
    store: &Arc<dyn WizardStore>,
    wizard: &StoredWizard,
    change: &Change,
) -> Result<StoredWizard, BoxError> {
    let saved = store.save(&wizard.key, wizard.revision, change).await?.ok_or("the change was not made")?;
    let kept = load(store, &wizard.key).await?;
    assert_eq!(
        (kept.revision, kept.updated_at, kept.expires_at),
        (saved.revision, saved.at, saved.expires_at)
    );
    Ok(kept)
}
