//! Links that lead back to a wizard.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::BoxError;
use crate::store::{LinkHash, NewLink, Phase, WizardStore};
use crate::testing::sample::{HOUR, add, add_over, change, key, load, owner, phase, state};

fn link(secret: &str) -> NewLink {
    NewLink { hash: LinkHash::of(secret), lifetime: HOUR }
}

/// A link leads to its wizard as often as somebody looks, and to no other.
pub async fn a_link_leads_to_its_wizard(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let (one, two) = (add(&store, 1, "ada").await?, add(&store, 2, "bob").await?);
    let until = store.link(&one.key, &link("one")).await?.ok_or("it is open")?;
    assert!(until > store.now().await? && until <= store.now().await?.checked_add(HOUR)?);
    store.link(&two.key, &link("two")).await?.ok_or("it is open")?;
    for _ in 0..2 {
        assert_eq!(store.linked(&LinkHash::of("one")).await?.as_ref(), Some(&one));
        assert_eq!(store.linked(&LinkHash::of("two")).await?.as_ref(), Some(&two));
    }
    assert_eq!(store.linked(&LinkHash::of("three")).await?, None);
    // It is not lost when the wizard goes on.
    let one = change(&store, &one, &state("{}")).await?;
    assert_eq!(store.linked(&LinkHash::of("one")).await?, Some(one));
    Ok(())
}

/// Who uses a link up has the wizard from then on, and who had it has not.
pub async fn a_link_is_used_once(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let wizard = add(&store, 1, "ada at home").await?;
    store.link(&wizard.key, &link("secret")).await?.ok_or("it is open")?;
    let moved = store.redeem(&LinkHash::of("secret"), &owner("ada on the train")?).await?;
    assert_eq!(moved, Some(key(1, "ada on the train")?));
    assert_eq!(store.load(&wizard.key).await?, None);
    assert_eq!(load(&store, &key(1, "ada on the train")?).await?.state, wizard.state);

    assert_eq!(store.redeem(&LinkHash::of("secret"), &owner("eve")?).await?, None);
    assert_eq!(store.linked(&LinkHash::of("secret")).await?, None);
    assert_eq!(store.redeem(&LinkHash::of("never made"), &owner("eve")?).await?, None);
    Ok(())
}

/// Of many who use a link at once, one does.
pub async fn one_of_many_uses_a_link(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let wizard = add(&store, 1, "ada").await?;
    store.link(&wizard.key, &link("secret")).await?.ok_or("it is open")?;
    let mut tasks = JoinSet::new();
    for number in 0..16 {
        let (store, to) = (Arc::clone(&store), owner(&format!("person {number}"))?);
        tasks.spawn(async move { store.redeem(&LinkHash::of("secret"), &to).await });
    }
    let mut winners = Vec::new();
    while let Some(redeemed) = tasks.join_next().await {
        winners.extend(redeemed??);
    }
    assert_eq!(winners.len(), 1);
    load(&store, &winners[0]).await?;
    Ok(())
}

/// There is one link to a wizard at a time.
pub async fn a_new_link_voids_the_old_one(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let wizard = add(&store, 1, "ada").await?;
    for secret in ["one", "two"] {
        store.link(&wizard.key, &link(secret)).await?.ok_or("it is open")?;
    }
    assert_eq!(store.linked(&LinkHash::of("one")).await?, None);
    assert_eq!(store.redeem(&LinkHash::of("one"), &owner("eve")?).await?, None);
    assert!(store.redeem(&LinkHash::of("two"), &owner("ada")?).await?.is_some());
    Ok(())
}

/// A link that is over its time leads nowhere, and neither does one to a wizard that is.
pub async fn an_ended_link_leads_nowhere(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let wizard = add(&store, 1, "ada").await?;
    let short = NewLink { lifetime: Duration::ZERO, ..link("short") };
    store.link(&wizard.key, &short).await?.ok_or("it is open")?;
    assert_eq!(store.linked(&short.hash).await?, None);
    assert_eq!(store.redeem(&short.hash, &owner("ada")?).await?, None);

    let wizard = add(&store, 2, "ada").await?;
    store.link(&wizard.key, &link("long")).await?.ok_or("it is open")?;
    let over = crate::store::Change { keep_for: Some(Duration::ZERO), ..Default::default() };
    change(&store, &wizard, &over).await?;
    assert_eq!(store.linked(&LinkHash::of("long")).await?, None);
    assert_eq!(store.redeem(&LinkHash::of("long"), &owner("ada")?).await?, None);
    Ok(())
}

/// There are no links to what is over its time or submitted.
pub async fn a_link_is_for_what_is_open(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let over = add_over(&store, 1, "ada").await?;
    assert_eq!(store.link(&over.key, &link("over")).await?, None);
    let wizard = add(&store, 2, "ada").await?;
    store.link(&wizard.key, &link("before")).await?.ok_or("it is open")?;
    let wizard = change(&store, &wizard, &phase(Phase::Completing)).await?;
    assert_eq!(store.link(&wizard.key, &link("meanwhile")).await?, None);
    assert_eq!(store.linked(&LinkHash::of("before")).await?, None);
    let wizard = change(&store, &wizard, &phase(Phase::Done)).await?;
    assert_eq!(store.link(&wizard.key, &link("after")).await?, None);
    Ok(())
}
