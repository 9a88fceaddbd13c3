//! Whose a wizard is.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::BoxError;
use crate::store::{LinkHash, NewLink, Phase, WizardStore};
use crate::testing::sample::{HOUR, add, add_over, change, key, load, owner, phase, state};

/// For anybody else it is as if there were no such wizard.
pub async fn a_wizard_is_its_owners_alone(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let theirs = add(&store, 1, "ada").await?;
    for stranger in ["bob", "ADA", "ada ", "ad", "ada%"] {
        let key = key(1, stranger)?;
        assert_eq!(store.load(&key).await?, None, "{stranger}");
        assert_eq!(store.save(&key, 1, &state("{}")).await?, None, "{stranger}");
        assert_eq!(store.touch(&key).await?, None, "{stranger}");
        assert!(!store.delete(&key, 1).await?, "{stranger}");
        let link = NewLink { hash: LinkHash::of("secret"), lifetime: HOUR };
        assert_eq!(store.link(&key, &link).await?, None, "{stranger}");
        assert_eq!(store.list(&key.owner, 10).await?, [], "{stranger}");
    }
    assert_eq!(load(&store, &theirs.key).await?, theirs);
    Ok(())
}

/// What is not there cannot be loaded or changed.
pub async fn an_unknown_wizard_is_nobodys(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    add(&store, 1, "ada").await?;
    let unknown = key(2, "ada")?;
    assert_eq!(store.load(&unknown).await?, None);
    assert_eq!(store.save(&unknown, 1, &state("{}")).await?, None);
    assert_eq!(store.touch(&unknown).await?, None);
    assert!(!store.delete(&unknown, 1).await?);
    Ok(())
}

/// All wizards of one owner become another's, and links to them are void.
pub async fn wizards_are_handed_over(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    for number in [1, 2] {
        add(&store, number, "session").await?;
    }
    let other = add(&store, 3, "somebody else").await?;
    let link = NewLink { hash: LinkHash::of("secret"), lifetime: HOUR };
    assert!(store.link(&key(1, "session")?, &link).await?.is_some());

    assert_eq!(store.hand_over(&owner("session")?, &owner("ada")?).await?, 2);
    assert_eq!(store.hand_over(&owner("session")?, &owner("ada")?).await?, 0);
    for number in [1, 2] {
        assert_eq!(store.load(&key(number, "session")?).await?, None);
        let theirs = load(&store, &key(number, "ada")?).await?;
        assert_eq!((theirs.revision, theirs.state), (1, Some(format!(r#"{{"n":{number}}}"#))));
    }
    assert_eq!(store.linked(&link.hash).await?, None);
    assert_eq!(load(&store, &other.key).await?, other);
    Ok(())
}

/// A list has what is an owner's and not over its time, the latest change first, and no more than was asked for.
pub async fn an_owners_wizards_are_listed(store: Arc<dyn WizardStore>) -> Result<(), BoxError> {
    let mut theirs = Vec::new();
    for number in 1..=4 {
        theirs.push(add(&store, number, "ada").await?);
    }
    add(&store, 5, "bob").await?;
    add_over(&store, 6, "ada").await?;
    theirs[0] = change(&store, &theirs[0], &state("{}")).await?;
    theirs[2] = change(&store, &theirs[2], &phase(Phase::Done)).await?;
    theirs.sort_by_key(|wizard| (Reverse(wizard.updated_at), wizard.key.id));

    let listed = store.list(&owner("ada")?, 10).await?;
    let expected: Vec<_> =
        theirs.iter().map(|wizard| (wizard.key.id, wizard.revision, wizard.phase)).collect();
    let found: Vec<_> = listed.iter().map(|wizard| (wizard.id, wizard.revision, wizard.phase)).collect();
    assert_eq!(found, expected);
    for (summary, wizard) in listed.iter().zip(&theirs) {
        assert_eq!(summary.wizard, wizard.wizard);
        let times = (wizard.created_at, wizard.updated_at, wizard.expires_at);
        assert_eq!((summary.created_at, summary.updated_at, summary.expires_at), times);
    }
    assert_eq!(store.list(&owner("ada")?, 2).await?, listed[..2]);
    Ok(())
}
