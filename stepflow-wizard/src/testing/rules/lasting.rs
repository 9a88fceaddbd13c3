//! How long wizards are kept.

use std::sync::Arc;
use std::time::Duration;

use crate::BoxError;
use crate::store::{Change, Lifetime, NewWizard, StoredWizard, WizardStore};
use crate::testing::sample::{HOUR, add, add_over, change, create, load, new, state};

/// What is over its time can be looked at, and not be changed or touched.
pub async fn what_is_over_its_time_is_not_changed(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    for (number, lifetime) in [
        (1, Lifetime { idle: Duration::ZERO, absolute: HOUR }),
        (2, Lifetime { idle: HOUR, absolute: Duration::ZERO }),
    ] {
        let wizard = NewWizard { lifetime, ..new(number, "ada")? };
        create(&store, &wizard).await?;
        let over = load(&store, &wizard.key).await?;
        assert!(over.expired, "{lifetime:?}");
        assert_eq!(store.save(&over.key, 1, &state("{}")).await?, None, "{lifetime:?}");
        assert_eq!(store.touch(&over.key).await?, None, "{lifetime:?}");
        assert_eq!(load(&store, &over.key).await?, over, "{lifetime:?}");
    }
    Ok(())
}

/// Who changes a wizard has the whole of its idle time before them.
pub async fn a_change_begins_the_idle_time_anew(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let before = add(&store, 1, "ada").await?;
    let after = change(&store, &before, &state("{}")).await?;
    assert!(after.expires_at >= before.expires_at);
    assert_eq!(after.expires_at, after.updated_at.checked_add(HOUR)?);
    Ok(())
}

/// However often it is changed or touched, the absolute time stands.
pub async fn nothing_lasts_longer_than_the_absolute_time(
    store: Arc<dyn WizardStore>,
) -> Result<(), BoxError> {
    let lifetime = Lifetime { idle: 2 * HOUR, absolute: HOUR };
    let wizard = NewWizard { lifetime, ..new(1, "ada")? };
    create(&store, &wizard).await?;
    let wizard = load(&store, &wizard.key).await?;
    let last = wizard.created_at.checked_add(HOUR)?;
    assert_eq!(wizard.expires_at, last);
    let wizard = change(&store, &wizard, &state("{}")).await?;
    assert_eq!(wizard.expires_at, last);
    assert_eq!(store.touch(&wizard.key).await?, Some(last));
    Ok(())
}

/// A change may say how long the wizard is kept from now on.
pub async fn a_change_may_set_the_time(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let wizard = add(&store, 1, "ada").await?;
    let longer = Change { keep_for: Some(100 * HOUR), ..Change::default() };
    let wizard = change(&store, &wizard, &longer).await?;
    assert_eq!(wizard.expires_at, wizard.updated_at.checked_add(100 * HOUR)?);
    let over = Change { keep_for: Some(Duration::ZERO), ..Change::default() };
    assert!(change(&store, &wizard, &over).await?.expired);
    Ok(())
}

/// A touch gives time, and leaves the revision and all the rest as they are.
pub async fn a_touch_changes_nothing_else(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let before = add(&store, 1, "ada").await?;
    let over = add_over(&store, 2, "ada").await?;
    let expires_at = store.touch(&before.key).await?.ok_or("it is not over its time")?;
    assert!(expires_at >= before.expires_at);
    assert_eq!(load(&store, &before.key).await?, StoredWizard { expires_at, ..before });
    assert_eq!(load(&store, &over.key).await?, over);
    Ok(())
}
