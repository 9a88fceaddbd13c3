//! Lists of runs.

use std::sync::Arc;

use stepflow::{BoxError, RunId};

use crate::testing::sample::{HOUR, add, ago, end_lease, hold, id, load, names, new_run, settled, worker};
use crate::{NewRun, RunQuery, RunStatus, Store};

/// Page after page, every run is listed once, newest first, also where many were added at the same moment.
pub async fn pages_hold_every_run_once(store: Arc<dyn Store>) -> Result<(), BoxError> {
    assert_eq!(store.list(&RunQuery::default()).await?.runs, []);
    for number in 0..23 {
        add(&store, &format!("order-{number}")).await?;
    }
    let whole = store.list(&RunQuery::default()).await?;
    assert_eq!((whole.runs.len(), whole.next), (23, None));
    assert!(whole.runs.is_sorted_by(|newer, older| {
        (newer.created_at, newer.id.to_string()) > (older.created_at, older.id.to_string())
    }));
    for limit in [1, 2, 7, 22, 23] {
        let mut query = RunQuery { limit, ..RunQuery::default() };
        let mut runs = Vec::new();
        loop {
            let page = store.list(&query).await?;
            assert!(page.runs.len() <= limit as usize && !page.runs.is_empty(), "{limit}");
            runs.extend(page.runs);
            match page.next {
                Some(next) => query.after = Some(next.to_string().parse()?),
                None => break,
            }
        }
        assert_eq!(runs, whole.runs, "{limit}");
    }
    Ok(())
}

/// Each filter leaves out what it says, and together they leave out what any of them does.
pub async fn filters_narrow_the_list(store: Arc<dyn Store>) -> Result<(), BoxError> {
    store.create(&NewRun { workflow: "Invoice".into(), ..new_run("invoice")? }).await?;
    add(&store, "ready").await?;
    settled(&store, "failed", RunStatus::Failed).await?;
    let run = load(&store, &id("invoice")?).await?;
    let (past, future) = (ago(&store, 3600).await?, store.now().await?.checked_add(HOUR)?);
    let all = RunQuery::default;

    for (query, expected) in [
        (all(), vec!["failed", "invoice", "ready"]),
        (RunQuery { workflow: Some("Refund".into()), ..all() }, vec!["failed", "ready"]),
        (RunQuery { workflow: Some("refund".into()), ..all() }, vec![]),
        (RunQuery { workflow: Some("%".into()), ..all() }, vec![]),
        (RunQuery { statuses: vec![RunStatus::Ready], ..all() }, vec!["invoice", "ready"]),
        (RunQuery { statuses: vec![RunStatus::Paused], ..all() }, vec![]),
        (RunQuery { created_before: Some(past), ..all() }, vec![]),
        (RunQuery { created_before: Some(future), ..all() }, vec!["failed", "invoice", "ready"]),
        (RunQuery { created_since: Some(future), ..all() }, vec![]),
        (RunQuery { created_since: Some(run.created_at), ..all() }, vec!["failed", "invoice", "ready"]),
        (RunQuery { unchanged_since: Some(past), ..all() }, vec![]),
        (RunQuery { unchanged_since: Some(future), ..all() }, vec!["failed", "invoice", "ready"]),
        (
            RunQuery {
                workflow: Some("Invoice".into()),
                statuses: vec![RunStatus::Ready, RunStatus::Failed],
                created_since: Some(past),
                created_before: Some(future),
                unchanged_since: Some(future),
                ..all()
            },
            vec!["invoice"],
        ),
    ] {
        let page = store.list(&query).await?;
        let mut found = names(page.runs.iter().map(|run| &run.id));
        found.sort();
        assert_eq!(found, expected, "{query:?}");
        assert_eq!(page.next, None, "{query:?}");
    }
    Ok(())
}

/// Several statuses are listed together, in one order, page after page.
pub async fn statuses_add_up(store: Arc<dyn Store>) -> Result<(), BoxError> {
    for round in 0..3 {
        for status in RunStatus::ALL {
            settled(&store, &format!("{status} {round}"), status).await?;
        }
    }
    let whole: Vec<RunId> =
        store.list(&RunQuery::default()).await?.runs.into_iter().map(|run| run.id).collect();
    for statuses in [&RunStatus::ALL[..], &[RunStatus::Paused, RunStatus::Failed], &[RunStatus::Held; 2]] {
        let mut query = RunQuery { statuses: statuses.to_vec(), limit: 4, ..RunQuery::default() };
        let mut found = Vec::new();
        loop {
            let page = store.list(&query).await?;
            found.extend(page.runs.into_iter().map(|run| (run.id, run.status)));
            match page.next {
                Some(next) => query.after = Some(next),
                None => break,
            }
        }
        assert!(found.iter().all(|(_, status)| statuses.contains(status)), "{statuses:?}");
        let expected = whole
            .iter()
            .filter(|id| statuses.iter().any(|status| id.to_string().starts_with(status.as_str())));
        assert_eq!(names(found.iter().map(|(id, _)| id)), names(expected), "{statuses:?}");
    }
    Ok(())
}

/// A page has as many runs as asked for, between 1 and 1,000.
pub async fn a_page_has_a_limit(store: Arc<dyn Store>) -> Result<(), BoxError> {
    for number in 0..3 {
        add(&store, &format!("order-{number}")).await?;
    }
    for (limit, expected) in [(0, 1), (1, 1), (2, 2), (3, 3), (u32::MAX, 3)] {
        let page = store.list(&RunQuery { limit, ..RunQuery::default() }).await?;
        assert_eq!((page.runs.len(), page.next.is_some()), (expected, expected < 3), "{limit}");
    }
    Ok(())
}

/// Runs that come and go do not move the place where the next page begins.
pub async fn a_cursor_stays_where_it_is(store: Arc<dyn Store>) -> Result<(), BoxError> {
    for number in 0..6 {
        add(&store, &format!("order-{number}")).await?;
    }
    let whole = store.list(&RunQuery::default()).await?.runs;
    let first = store.list(&RunQuery { limit: 3, ..RunQuery::default() }).await?;
    let last = load(&store, &first.runs[2].id).await?;
    assert!(store.delete(&last.id, last.version).await?, "even the run that it stands at may go");
    add(&store, "order-9").await?;

    let second = store.list(&RunQuery { after: first.next, ..RunQuery::default() }).await?;
    let second: Vec<_> = second.runs.into_iter().filter(|run| run.id.to_string() != "order-9").collect();
    assert_eq!(second, whole[3..]);
    Ok(())
}

/// What a list says of a run is what the run itself says.
pub async fn a_list_tells_who_is_held(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let (worker, late) = (worker(&store, "w").await?, worker(&store, "late").await?);
    let due = ago(&store, 5).await?;
    store.create(&NewRun { due: Some(due), ..new_run("free")? }).await?;
    hold(&store, "held", &worker).await?;
    hold(&store, "left", &late).await?;
    end_lease(&store, &late).await?;
    settled(&store, "failed", RunStatus::Failed).await?;

    let page = store.list(&RunQuery::default()).await?;
    assert_eq!(page.runs.len(), 4);
    for summary in page.runs {
        let run = load(&store, &summary.id).await?;
        assert_eq!(summary.held, summary.id.to_string() == "held", "{}", summary.id);
        assert_eq!(summary.held, run.held);
        assert_eq!((summary.workflow, summary.status, summary.due), (run.workflow, run.status, run.due));
        assert_eq!((summary.step, summary.head, summary.hold), (run.step, run.head, run.hold));
        assert_eq!((summary.created_at, summary.updated_at), (run.created_at, run.updated_at));
        assert_eq!(summary.finished_at, run.finished_at);
    }
    Ok(())
}
