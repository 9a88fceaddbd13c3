//! That text is text and time is time, whatever they are.

use std::sync::Arc;
use std::time::Duration;

use stepflow::{BoxError, RunId};

use crate::testing::sample::{HOUR, boundary, decision, definition, event, held, id, load, new_run, visit};
use crate::{Advance, Change, ClaimRequest, NewEvent, NewRun, NewVisit, RunQuery, Store, WorkerId};

const ODD: [&str; 9] = [
    "'; DROP TABLE runs; --",
    "\" OR 1=1; \\",
    "$1 ?1 :id @id {} %s %",
    "\\u0000 \\' \\\" \\",
    "Zoë 注文 🧾 \u{1F468}\u{200D}\u{1F469} e\u{301} ﷽",
    "]]><script>alert(1)</script>",
    "  leading and trailing  ",
    "NULL",
    "a~b,c;d\u{FEFF}\u{202E}",
];

/// Quotes, statements, wildcards and every script are kept as they are, wherever they stand.
pub async fn text_is_data(store: Arc<dyn Store>) -> Result<(), BoxError> {
    for odd in ODD {
        everywhere(&store, &id(odd)?, odd).await.map_err(|error| format!("{odd}: {error}"))?;
    }
    assert_eq!(store.list(&RunQuery::default()).await?.runs.len(), ODD.len());
    Ok(())
}

/// A text with the character NUL comes back as it was, or is refused and changes nothing.
pub async fn text_with_nul_is_kept_or_refused(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let nul = "before\0after".to_owned();
    let run = new_run("order-1")?;
    store.create(&run).await?;
    for field in 0..5 {
        let before = load(&store, &run.id).await?;
        let mut change = Change::default();
        match field {
            0 => change.head = Some(nul.clone()),
            1 => change.step = Some(Some(nul.clone())),
            2 => change.answer = Some(Some(nul.clone())),
            3 => change.event = Some(NewEvent { by: Some(nul.clone()), ..event("noted") }),
            _ => change.visit = Some(visit(1, Some(&nul))),
        }
        let kept = match store.amend(&run.id, before.version, &change).await {
            Ok(made) => made,
            Err(error) if error.is_refused() => false,
            Err(error) => return Err(error.into()),
        };
        let after = load(&store, &run.id).await?;
        if !kept {
            assert_eq!(after, before, "field {field}");
            continue;
        }
        let found = match field {
            0 => Some(after.head),
            1 => after.step,
            2 => after.answer,
            3 => store.events(&run.id).await?.pop().and_then(|event| event.by),
            _ => Some(after.state),
        };
        assert_eq!(found.as_deref(), Some(nul.as_str()), "field {field}");
    }
    Ok(())
}

/// Names as long as they may be are kept and told apart to their last letter.
pub async fn long_names_are_kept(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let worker = WorkerId::new("w".repeat(1000));
    store.join(&worker, HOUR).await?;
    for last in ["a", "b"] {
        let long = format!("{}{last}", "ü".repeat(127));
        let run = id(&long)?;
        let workflow = format!("{}{last}", "é".repeat(400));
        store.create(&NewRun { workflow: workflow.clone(), ..new_run(&long)? }).await?;
        let request = ClaimRequest { worker: worker.clone(), workflows: vec![workflow.clone()], limit: 9 };
        let claimed = store.claim(&request).await?;
        assert_eq!(claimed.len(), 1);
        assert_eq!((&claimed[0].id, &claimed[0].workflow), (&run, &workflow));
        let gate = format!("{}{last}", "g".repeat(900));
        let step = Advance { event: Some(decision(&gate, "Kim")), step: Some(gate), ..boundary(1) };
        store.advance(&held(&claimed[0], &worker), &step).await?;
        assert_eq!(load(&store, &run).await?.step, step.step);
        let query = RunQuery { workflow: Some(workflow), ..RunQuery::default() };
        assert_eq!(store.list(&query).await?.runs.len(), 1);
    }
    Ok(())
}

/// A state of a megabyte is kept to the byte, with every digit of its numbers and every space.
pub async fn large_states_are_kept(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let exact = r#"{ "f": 0.30000000000000004, "e":1e-7, "big": 18446744073709551615, "f":1.0 ,
                     "u":"\u00fc\u0000\ud83e\uddfe" }"#;
    let run = new_run("order-1")?;
    store.create(&run).await?;
    for state in [exact.to_owned(), format!("\"{}\"", "0123456789abcdef".repeat(1 << 16)), "null".into()] {
        let before = load(&store, &run.id).await?;
        let sequence = u32::try_from(before.version)?;
        let change = Change {
            visit: Some(NewVisit { result: exact.into(), ..visit(sequence, Some(&state)) }),
            head: Some(exact.into()),
            ..Change::default()
        };
        assert!(store.amend(&run.id, before.version, &change).await?);
        let after = load(&store, &run.id).await?;
        assert!(after.state == state, "{} bytes came back as {}", state.len(), after.state.len());
        assert_eq!(after.head, exact);
        assert_eq!(store.visits(&run.id).await?.pop().map(|visit| visit.result).as_deref(), Some(exact));
    }
    Ok(())
}

/// Due times keep their microseconds, are never kept as an earlier one, and may lie anywhere.
pub async fn times_are_kept_to_the_microsecond(store: Arc<dyn Store>) -> Result<(), BoxError> {
    for (number, (given, kept)) in [
        ("2024-02-29T12:00:00.123456Z", "2024-02-29T12:00:00.123456Z"),
        ("2024-02-29T12:00:00.123456001Z", "2024-02-29T12:00:00.123457Z"),
        ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
        ("9999-12-30T00:00:00Z", "9999-12-30T00:00:00Z"),
    ]
    .into_iter()
    .enumerate()
    {
        let run = NewRun { due: Some(given.parse()?), ..new_run(&format!("order-{number}"))? };
        store.create(&run).await?;
        assert_eq!(load(&store, &run.id).await?.due, Some(kept.parse()?), "{given}");
    }
    Ok(())
}

/// The store's clock goes forward.
pub async fn time_goes_on(store: Arc<dyn Store>) -> Result<(), BoxError> {
    let mut last = store.now().await?;
    for _ in 0..100 {
        let now = store.now().await?;
        assert!(now >= last);
        last = now;
    }
    assert!(last > "2020-01-01T00:00:00Z".parse()?);
    assert!(last.checked_add(Duration::from_secs(1)).is_ok());
    Ok(())
}

async fn everywhere(store: &Arc<dyn Store>, run: &RunId, odd: &str) -> Result<(), BoxError> {
    let text = || odd.to_owned();
    let worker = WorkerId::new(odd);
    store.join(&worker, HOUR).await?;
    let new = NewRun {
        id: run.clone(),
        workflow: text(),
        definition: definition(odd),
        head: text(),
        step: Some(text()),
        visits: vec![NewVisit { step: text(), result: text(), ..visit(0, Some(odd)) }],
        event: NewEvent { kind: text(), by: Some(text()), gate: Some(text()), data: text() },
        ..new_run("x")?
    };
    store.create(&new).await?;
    let request = ClaimRequest { worker: worker.clone(), workflows: vec![text()], limit: 9 };
    let claimed = store.claim(&request).await?.remove(0);
    let change = Change {
        answer: Some(Some(text())),
        hold: Some(Some(text())),
        cancel: Some(Some(text())),
        event: Some(NewEvent { data: text(), ..decision(odd, odd) }),
        ..Change::default()
    };
    assert!(store.amend(run, claimed.version, &change).await?);
    assert_eq!(store.renew(&worker, HOUR).await?.cancelled, std::slice::from_ref(run));
    let stored = load(store, run).await?;
    assert_eq!((stored.id, stored.workflow, stored.definition), (run.clone(), text(), definition(odd)));
    assert_eq!((stored.head, stored.state, stored.step), (text(), text(), Some(text())));
    assert_eq!((stored.answer, stored.hold, stored.cancel), (Some(text()), Some(text()), Some(text())));
    assert_eq!(stored.worker, Some(worker.clone()));

    let step = Advance {
        head: text(),
        step: Some(text()),
        visit: Some(NewVisit { step: text(), result: text(), ..visit(1, Some(odd)) }),
        event: Some(NewEvent { kind: text(), by: Some(text()), gate: Some(text()), data: text() }),
        ..boundary(1)
    };
    store.advance(&held(&claimed, &worker), &step).await?;
    for visit in store.visits(run).await? {
        assert_eq!((visit.step, visit.result, visit.state), (text(), text(), text()));
    }
    for event in store.events(run).await? {
        assert_eq!((event.by, event.gate, event.data), (Some(text()), Some(text()), text()));
        assert!(event.kind == odd || event.kind == "decided");
    }
    let query = RunQuery { workflow: Some(text()), ..RunQuery::default() };
    let page = store.list(&RunQuery { limit: 1, ..query.clone() }).await?;
    assert_eq!(page.runs.len(), 1);
    assert_eq!(page.runs[0].id, *run);
    store.leave(&worker).await?;
    Ok(())
}
