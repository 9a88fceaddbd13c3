//! A run's log.

use std::sync::Arc;

use stepflow::BoxError;

use crate::testing::sample::{boundary, event, hold, id, load, worker};
use crate::{Advance, Change, NewEvent, Store};

/// What happened stands in the order in which it did, counted from 1, whoever noted it.
pub async fn events_stand_in_order(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = worker(&store, "w").await?;
    let claim = hold(&store, "order-1", &worker).await?;
    let other = hold(&store, "order-2", &worker).await?;
    for number in 1..=6_u32 {
        let noted = NewEvent { data: number.to_string(), ..event("noted") };
        if number % 2 == 0 {
            store.advance(&claim, &Advance { event: Some(noted), ..boundary(number) }).await?;
        } else {
            let version = load(&store, &claim.run).await?.version;
            let change = Change { event: Some(noted), ..Change::default() };
            assert!(store.amend(&claim.run, version, &change).await?);
        }
        store.advance(&other, &Advance { event: Some(event("elsewhere")), ..boundary(number) }).await?;
    }
    let events = store.events(&claim.run).await?;
    let kept: Vec<_> = events.iter().map(|event| (event.number, event.data.as_str())).collect();
    assert_eq!(kept, [(1, "{}"), (2, "1"), (3, "2"), (4, "3"), (5, "4"), (6, "5"), (7, "6")]);
    assert!(events.is_sorted_by_key(|event| event.at));
    Ok(())
}

/// A run that is not there has no log.
pub async fn an_unknown_run_has_no_events(store: Arc<dyn Store>) -> Result<(), BoxError> {
    assert_eq!(store.events(&id("no such run")?).await?, []);
    Ok(())
}
