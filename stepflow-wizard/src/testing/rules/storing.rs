//! What is kept comes back as it was.

use std::sync::Arc;
use std::time::Duration;

use crate::BoxError;
use crate::store::{Change, Lifetime, LinkHash, NewLink, NewWizard, WizardStore};
use crate::testing::sample::{add, change, completing, create, load, new, state};

/// No text is a statement, a pattern or a number to the store.
pub async fn text_is_data(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let texts =
        ["'; DROP TABLE wizards; --", "%", "_", "\\", "\"", "NULL", "0x00", " é\u{301}🫖 ", "1e999", "$1 ?1"];
    for (number, text) in (1..).zip(texts) {
        let wizard = NewWizard { wizard: text.into(), state: text.into(), ..new(number, text)? };
        create(&store, &wizard).await?;
        let kept = load(&store, &wizard.key).await?;
        assert_eq!(
            (kept.key.owner.as_str(), kept.wizard.as_str(), kept.state.as_deref()),
            (text, text, Some(text))
        );
        let receipt = Change { receipt: Some(text.into()), ..completing(Duration::ZERO) };
        assert_eq!(change(&store, &kept, &receipt).await?.receipt.as_deref(), Some(text));
        let interrupted = store.interrupted(text, 10).await?;
        assert_eq!(interrupted, std::slice::from_ref(&wizard.key));
        assert_eq!(store.list(&wizard.key.owner, 10).await?.len(), 1);
    }
    Ok(())
}

/// Not every database can keep the character NUL, so none does.
pub async fn text_with_nul_is_refused(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    for wizard in [
        NewWizard { wizard: "a\0b".into(), ..new(1, "ada")? },
        NewWizard { state: "a\0b".into(), ..new(1, "ada")? },
    ] {
        assert!(store.create(&wizard).await.is_err_and(|error| error.is_refused()), "{wizard:?}");
        assert_eq!(store.load(&wizard.key).await?, None);
    }
    let wizard = add(&store, 1, "ada").await?;
    let receipt = Change { receipt: Some("a\0b".into()), ..Change::default() };
    for change in [state("a\0b"), receipt] {
        let refused = store.save(&wizard.key, 1, &change).await;
        assert!(refused.is_err_and(|error| error.is_refused()));
    }
    assert_eq!(load(&store, &wizard.key).await?, wizard);
    Ok(())
}

/// A mebibyte of answers comes back whole.
pub async fn large_states_are_kept(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let wizard = add(&store, 1, "ada").await?;
    let large = format!("\"{}\"", "é".repeat(512 << 10));
    let wizard = change(&store, &wizard, &state(&large)).await?;
    assert!(wizard.state == Some(large), "the state came back changed");
    Ok(())
}

/// Lengths of time beyond every calendar are as long as the calendar is.
pub async fn times_that_no_clock_reaches_are_kept(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let lifetime = Lifetime { idle: Duration::MAX, absolute: Duration::MAX };
    let wizard = NewWizard { lifetime, ..new(1, "ada")? };
    create(&store, &wizard).await?;
    let wizard = load(&store, &wizard.key).await?;
    assert!(!wizard.expired && wizard.expires_at > wizard.created_at);
    assert!(store.touch(&wizard.key).await?.is_some());
    let link = NewLink { hash: LinkHash::of("secret"), lifetime: Duration::MAX };
    assert!(store.link(&wizard.key, &link).await?.is_some_and(|until| until > wizard.created_at));
    assert_eq!(store.linked(&link.hash).await?.map(|linked| linked.key), Some(wizard.key.clone()));
    let wizard = change(&store, &wizard, &completing(Duration::MAX)).await?;
    assert!(wizard.leased);
    Ok(())
}

/// The clock of the store does not stand still, or go back.
pub async fn time_goes_on(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let before = store.now().await?;
    let added = add(&store, 1, "ada").await?;
    let after = store.now().await?;
    assert!(before <= added.created_at && added.created_at <= after);
    Ok(())
}
