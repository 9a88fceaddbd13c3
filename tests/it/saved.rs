//! A run that is saved as it goes, broken off at every boundary, and gone on with from what was saved.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stepflow::engine::{Boundary, Position};
use stepflow::testing::ManualClock;
use stepflow::{
    Answer, ApprovalDecision, AsyncWorkflow, BoxError, CancelToken, Journal, Onward, RecoverError, Run,
    RunContext, SaveFuture, SavedRun, Settlement, StaticWorkflow, WorkflowResult, WorkflowStatus, load_state,
    save_state, workflow,
};

/// What a store holds of one run.
#[derive(Debug, Clone, Default)]
struct Kept {
    head: String,
    visits: BTreeMap<u32, String>,
    state: String,
    position: Option<Position>,
}

/// Keeps every boundary; stops after one of them.
#[derive(Clone, Default)]
struct Notebook {
    kept: Arc<Mutex<Vec<Kept>>>,
    stop_after: Option<usize>,
}

impl Notebook {
    fn last(&self) -> Kept {
        self.kept.lock().unwrap().last().cloned().unwrap()
    }

    fn all(&self) -> Vec<Kept> {
        self.kept.lock().unwrap().clone()
    }
}

impl<S: Serialize + serde::de::DeserializeOwned> Journal<S> for Notebook {
    fn save(&mut self, boundary: &Boundary<'_>, state: &S) -> SaveFuture {
        let mut all = self.kept.lock().unwrap();
        let mut kept = all.last().cloned().unwrap_or_default();
        kept.head = boundary.head_json().unwrap();
        kept.position = Some(boundary.position().clone());
        if !boundary.keeps_state() {
            match save_state(state) {
                Ok(json) => kept.state = json,
                Err(error) => return Box::pin(async { Err(BoxError::from(error)) }),
            }
        }
        if let Some(visit) = boundary.visit() {
            kept.visits.insert(visit.sequence().unwrap(), boundary.visit_json().unwrap().unwrap());
        }
        all.push(kept);
        let stop = self.stop_after == Some(all.len());
        Box::pin(async move { Ok(if stop { Onward::Stop } else { Onward::GoOn }) })
    }
}

impl Kept {
    fn run(&self) -> SavedRun {
        SavedRun::from_json("r1".parse().unwrap(), &self.head, self.visits.values().map(String::as_str))
            .unwrap()
    }

    /// What a person is asked for at this boundary.
    fn answer(&self) -> Option<Answer> {
        match self.position {
            Some(Position::Paused { .. }) => Some(Answer::Decided(ApprovalDecision::approve().by("noor"))),
            Some(Position::Begun { .. }) => Some(Answer::Settled(Settlement::DidNotHappen)),
            _ => None,
        }
    }
}

fn begin<W: StaticWorkflow>() -> SavedRun {
    SavedRun::begin(W::DEFINITION, "r1".parse().unwrap(), "2024-02-29T12:00:00Z".parse().unwrap())
}

fn clock() -> ManualClock {
    ManualClock::starting_at("2024-02-29T12:00:00Z".parse().unwrap())
}

/// A run to its end, through all its gates, with nobody breaking it off.
async fn go<W>(
    make: fn(W::State) -> W,
    saved: SavedRun,
    answer: Option<Answer>,
    state: W::State,
    notebook: &Notebook,
    clock: &ManualClock,
) -> WorkflowResult<W::State>
where
    W: AsyncWorkflow,
    W::State: Serialize + serde::de::DeserializeOwned + Send,
{
    let run = |state| Run::new(make(state)).clock(clock.clone()).timer(clock.clone());
    let mut result = run(state).run_saved(saved, answer, notebook.clone()).await.unwrap().unwrap();
    while result.is_paused() {
        let kept = notebook.last();
        let state = load_state(&kept.state).unwrap();
        result = run(state).run_saved(kept.run(), kept.answer(), notebook.clone()).await.unwrap().unwrap();
    }
    result
}

/// Everything about the end but dates, and numbers that tell in which order things happened.
fn end<S: Serialize>(result: &WorkflowResult<S>) -> Value {
    fn scrub(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.retain(|key, _| !key.ends_with("_at") && key != "sequence" && key != "run_id");
                fields.values_mut().for_each(scrub);
            }
            Value::Array(values) => values.iter_mut().for_each(scrub),
            _ => {}
        }
    }
    let mut end = json!({
        "state": &result.state,
        "record": result.record(),
        "path": result.path().iter().map(|visit| visit.name()).collect::<Vec<_>>(),
    });
    scrub(&mut end);
    end
}

/// The straight run and the one broken off at each of its boundaries come to the same end, and what is put
/// together from a store is what was in memory.
async fn check<W>(make: fn(W::State) -> W, initial: W::State) -> Vec<String>
where
    W: AsyncWorkflow + StaticWorkflow,
    W::State: Serialize + serde::de::DeserializeOwned + Send + Clone,
{
    let straight = Notebook::default();
    let expected = go(make, begin::<W>(), None, initial.clone(), &straight, &clock()).await;
    let boundaries = straight.all();
    let last = straight.last();
    assert_eq!(
        serde_json::to_value(last.run().into_record(W::DEFINITION).unwrap()).unwrap(),
        serde_json::to_value(expected.record()).unwrap(),
        "the record that was kept is the one in memory"
    );
    for stop_after in 1..=boundaries.len() {
        let broken = Notebook { stop_after: Some(stop_after), ..Notebook::default() };
        let clock = clock();
        let mut result = {
            let run = Run::new(make(initial.clone())).clock(clock.clone()).timer(clock.clone());
            run.run_saved(begin::<W>(), None, broken.clone()).await.unwrap()
        };
        loop {
            let kept = broken.last();
            if let Some(result) = &result
                && !result.is_paused()
            {
                assert_eq!(end(result), end(&expected), "broken off after boundary {stop_after}");
                break;
            }
            if let Some(Position::Finished) = kept.position {
                let record = kept.run().into_record(W::DEFINITION).unwrap();
                assert_eq!(record.status(), expected.status());
                break;
            }
            let run =
                Run::new(make(load_state(&kept.state).unwrap())).clock(clock.clone()).timer(clock.clone());
            result = run.run_saved(kept.run(), kept.answer(), broken.clone()).await.unwrap();
        }
    }
    boundaries.iter().map(|kept| position(kept.position.as_ref().unwrap())).collect()
}

fn position(position: &Position) -> String {
    match position {
        Position::Begun { step, failed, .. } => format!("begun {step}.{failed}"),
        Position::Ending { status } => format!("ending {status}"),
        Position::Enter { step, due } => format!("enter {step}{}", due.map_or("", |_| " later")),
        Position::Finished => "finished".to_owned(),
        Position::Paused { step } => format!("paused {step}"),
        Position::Retry { step, failed, .. } => format!("retry {step}.{failed}"),
        other => format!("{other:?}"),
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Tale {
    tries: u32,
    rounds: u32,
    paid: Vec<String>,
}

#[derive(Debug, Serialize)]
enum Verdict {
    Again,
    Pay,
    Refuse,
}

struct Refund {
    state: Tale,
}

#[workflow(state = Tale, retry(times = 2, delay = "1h"), max_visits = 4)]
impl Refund {
    #[step]
    fn look(&mut self) -> Result<u32, String> {
        self.state.tries += 1;
        if self.state.tries.is_multiple_of(3) {
            Ok(self.state.tries)
        } else {
            Err(format!("try {}", self.state.tries))
        }
    }

    #[step(after = "2h", routes = { Verdict::Again => look, Verdict::Pay => pay, Verdict::Refuse => refuse })]
    async fn decide(&mut self) -> Verdict {
        self.state.rounds += 1;
        match self.state.rounds {
            1 | 2 => Verdict::Again,
            3 => Verdict::Pay,
            _ => Verdict::Refuse,
        }
    }

    #[step(approval = "Pay this refund?", effect = once, next = settle)]
    fn pay(&mut self, ctx: &mut RunContext<'_>) -> Result<(), String> {
        self.state.paid.push(ctx.idempotency_key());
        if ctx.attempt() == 1 { Err("the bank was busy".to_owned()) } else { Ok(()) }
    }

    #[step]
    fn refuse(&mut self) {}

    #[step(on_failure = close)]
    fn settle(&mut self) -> Result<(), String> {
        Err("no books today".to_owned())
    }

    #[step(approval, next = END)]
    fn close(&mut self) {}
}

#[tokio::test]
async fn a_run_may_be_broken_off_at_every_boundary() {
    let boundaries = check(|state| Refund { state }, Tale::default()).await;
    assert_eq!(
        boundaries.join(", "),
        "retry 0.1, retry 0.2, enter 1 later, enter 0, retry 0.1, retry 0.2, enter 1 later, enter 0, retry 0.1, \
         retry 0.2, enter 1 later, enter 2, paused 2, begun 2.0, retry 2.1, begun 2.1, enter 4, retry 4.1, \
         retry 4.2, enter 5, paused 5, finished"
    );
}

struct Twice {
    state: Vec<String>,
}

#[workflow(state = Vec<String>)]
impl Twice {
    #[step]
    fn first(&mut self) -> f64 {
        self.state.push("first".to_owned());
        0.1
    }

    #[step(effect = once, routes = { "sent" => last, "refused" => END })]
    fn send(&mut self) -> &'static str {
        self.state.push("send".to_owned());
        "sent"
    }

    #[step(routes = { true => END, false => END })]
    fn last(&mut self) -> bool {
        self.state.push("last".to_owned());
        true
    }
}

#[tokio::test]
async fn a_run_without_hooks_is_saved_once_a_step_and_once_more_before_a_body_that_must_not_run_twice() {
    let boundaries = check(|state| Twice { state }, vec![]).await;
    assert_eq!(boundaries, ["enter 1", "begun 1.0", "enter 2", "finished"]);
}

/// The run broken off in the body of `send`.
async fn begun() -> Kept {
    let notebook = Notebook { stop_after: Some(2), ..Notebook::default() };
    let run = Run::new(Twice { state: vec![] });
    assert!(run.run_saved(begin::<Twice>(), None, notebook.clone()).await.unwrap().is_none());
    notebook.last()
}

#[tokio::test]
async fn a_body_that_must_not_run_twice_waits_for_a_person() {
    let kept = begun().await;
    let go_on = |answer| {
        let run = Run::new(Twice { state: load_state(&kept.state).unwrap() });
        run.run_saved(kept.run(), answer, Notebook::default())
    };
    assert!(matches!(go_on(None).await, Err(RecoverError::Unanswered { .. })));
    let decided = Answer::Decided(true.into());
    assert!(matches!(go_on(Some(decided)).await, Err(RecoverError::Unanswered { .. })));

    let settled = |settlement| go_on(Some(Answer::Settled(settlement)));
    let again = settled(Settlement::DidNotHappen).await.unwrap().unwrap();
    assert_eq!(again.state, ["first", "send", "last"]);
    assert_eq!(again.steps()[1].attempts(), 1);

    let happened = settled(Settlement::happened_by("sent", "sent")).await.unwrap().unwrap();
    assert_eq!(happened.state, ["first", "last"]);
    assert_eq!(happened.output(Twice::SEND).copied().map_err(|error| error.to_string()).ok(), None);
    assert_eq!(happened.steps()[1].output().unwrap().to_json().unwrap(), "sent");

    let refused = settled(Settlement::happened_by("refused", "no")).await.unwrap().unwrap();
    assert_eq!(refused.state, ["first"]);

    let error = settled(Settlement::happened()).await.unwrap_err();
    assert_eq!(error.to_string(), "step `send` has routes, so say which it took: sent, refused");
    let error = settled(Settlement::happened_by("lost", ())).await.unwrap_err();
    assert_eq!(error.to_string(), "step `send` has no route `lost`, only sent, refused");
}

#[tokio::test]
async fn hooks_of_the_process_that_goes_on_are_told_of_the_step_that_goes_on() {
    let clock = clock();
    let notebook = Notebook { stop_after: Some(1), ..Notebook::default() };
    let run = Run::new(Refund { state: Tale::default() }).clock(clock.clone()).timer(clock.clone());
    assert!(run.run_saved(begin::<Refund>(), None, notebook.clone()).await.unwrap().is_none());

    let kept = notebook.last();
    let events = Arc::new(Mutex::new(vec![]));
    let seen = events.clone();
    let run = Run::new(Refund { state: load_state(&kept.state).unwrap() })
        .clock(clock.clone())
        .timer(clock.clone())
        .on_event(move |event| {
            let step = event.step_name().unwrap_or("-").to_owned();
            seen.lock().unwrap().push(format!("{} {step}", event.kind()));
        });
    run.run_saved(kept.run(), None, notebook.clone()).await.unwrap().unwrap();
    let events = events.lock().unwrap();
    assert_eq!(
        events[..4],
        ["WorkflowStarted -", "StepStarted look", "StepFinished look", "StepStarted decide"]
    );
    assert_eq!(events.last().unwrap(), "WorkflowFinished -");
    // With hooks, the end of the last step is saved before they are told of the end of the run.
    let positions: Vec<_> =
        notebook.all().iter().map(|kept| position(kept.position.as_ref().unwrap())).collect();
    assert_eq!(positions[positions.len() - 2..], ["ending paused", "paused 2"]);
}

#[tokio::test]
async fn a_wish_to_stop_is_heard_at_every_boundary() {
    let straight = Notebook::default();
    go(|state| Refund { state }, begin::<Refund>(), None, Tale::default(), &straight, &clock()).await;
    for (nth, kept) in straight.all().iter().enumerate() {
        let Ok((head, visit)) =
            kept.run().cancel(Refund::DEFINITION, "2024-03-01T12:00:00Z".parse().unwrap())
        else {
            assert_eq!(kept.position, Some(Position::Finished), "boundary {nth}");
            continue;
        };
        assert_eq!(head.status(), Some(WorkflowStatus::Cancelled), "boundary {nth}");
        let mut visits = kept.visits.clone();
        if let Some(visit) = visit {
            let (last, _) = visits.pop_last().unwrap();
            visits.insert(last, visit);
        }
        let visits = visits.values().map(String::as_str);
        let saved = SavedRun::from_json("r1".parse().unwrap(), &head.to_json().unwrap(), visits).unwrap();
        let record = saved.into_record(Refund::DEFINITION).unwrap();
        assert_eq!(record.status(), WorkflowStatus::Cancelled);

        // The same by a token, in a process that carries it out.
        let token = CancelToken::new();
        token.cancel();
        let run = Run::new(Refund { state: load_state(&kept.state).unwrap() }).cancel_on(token);
        let notebook = Notebook { kept: Arc::new(Mutex::new(vec![kept.clone()])), stop_after: None };
        let result = run.run_saved(kept.run(), kept.answer(), notebook).await.unwrap().unwrap();
        assert_eq!(result.status(), WorkflowStatus::Cancelled, "boundary {nth}");
        let statuses = |record: &stepflow::RunRecord| {
            record.steps().iter().map(|step| step.status()).collect::<Vec<_>>()
        };
        assert_eq!(statuses(result.record()), statuses(&record), "boundary {nth}");
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Scales {
    ratio: f64,
}

struct Leaky {
    state: Scales,
}

#[workflow(state = Scales)]
impl Leaky {
    #[step]
    fn first(&mut self) {
        self.state.ratio = 0.5;
    }

    #[step]
    fn second(&mut self) {
        self.state.ratio = f64::NAN;
    }

    #[step]
    fn third(&mut self) {}
}

#[tokio::test]
async fn a_step_that_leaves_a_state_that_cannot_be_saved_fails() {
    let notebook = Notebook::default();
    let run = Run::new(Leaky { state: Scales::default() });
    let result = run.run_saved(begin::<Leaky>(), None, notebook.clone()).await.unwrap().unwrap();
    assert_eq!(result.status(), WorkflowStatus::Failed);
    assert_eq!(result.error_kind(), Some(stepflow::ErrorKind::NotSaved));
    let error = result.error().unwrap().to_string();
    assert!(error.contains("`ratio`"), "{error}");
    let kept = notebook.last();
    assert_eq!(kept.state, r#"{"ratio":0.5}"#, "the state that was saved last");
    let record = kept.run().into_record(Leaky::DEFINITION).unwrap();
    assert_eq!(record.error().unwrap().to_string(), error);
}

#[tokio::test]
async fn a_failed_run_is_retried_from_the_step_that_failed_and_asks_again() {
    struct Pay {
        state: u32,
    }

    #[workflow(state = u32)]
    impl Pay {
        #[step]
        fn check(&mut self) {
            self.state += 1;
        }
        #[step(approval)]
        fn pay(&mut self, ctx: &mut RunContext<'_>) -> Result<String, String> {
            self.state += 10;
            if self.state < 15 { Err("closed".to_owned()) } else { Ok(ctx.idempotency_key()) }
        }
    }

    let notebook = Notebook::default();
    let result = go(|state| Pay { state }, begin::<Pay>(), None, 0, &notebook, &clock()).await;
    assert_eq!(result.status(), WorkflowStatus::Failed);

    let again = notebook.last().run().retry(Pay::DEFINITION).unwrap();
    assert_eq!(again.head().position(), &Position::Enter { step: 1, due: None });
    let result = Run::new(Pay { state: 11 }).run_saved(again, None, notebook.clone()).await.unwrap().unwrap();
    let gate = result.gate().unwrap();
    assert_eq!((gate.visit(), gate.asking(), gate.to_string().as_str()), (1, 2, "r1/pay/1/2"));

    let result = Run::new(Pay { state: 11 })
        .run_saved(notebook.last().run(), Some(Answer::Decided(true.into())), notebook.clone())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(result.output(Pay::PAY).unwrap(), "r1/pay/1");
    assert!(matches!(notebook.last().run().retry(Pay::DEFINITION), Err(RecoverError::NotFailed { .. })));

    let fork = notebook.last().run().fork(
        "pay",
        Pay::DEFINITION,
        "r2".parse().unwrap(),
        "2024-03-01T12:00:00Z".parse().unwrap(),
    );
    let fork = fork.unwrap();
    assert_eq!((fork.visits().len(), fork.head().position()), (1, &Position::Enter { step: 1, due: None }));
}

#[test]
fn what_was_edited_by_hand_is_refused() {
    let head = begin::<Refund>().head().to_json().unwrap();
    let visit = |name: &str, sequence: u32| {
        json!({ "name": name, "status": "succeeded", "attempts": 1, "sequence": sequence }).to_string()
    };
    let read = |head: &str, visits: &[String]| {
        let saved = SavedRun::from_json("r1".parse().unwrap(), head, visits.iter().map(String::as_str))?;
        saved.into_record(Refund::DEFINITION).map(|_| ())
    };
    let refusal = |head: &str, visits: &[String]| read(head, visits).unwrap_err().to_string();

    assert!(read(&head, &[visit("look", 1)]).is_ok());
    assert_eq!(refusal("{}", &[]), "the head of the saved run cannot be read");
    let more = head.replacen('{', r#"{"admin":true,"#, 1);
    assert_eq!(refusal(&more, &[]), "the head of the saved run cannot be read");
    assert_eq!(refusal(&head, &["{}".to_owned()]), "the visit 1 of the saved run cannot be read");
    let damaged = "what was saved of the run is damaged: ";
    assert_eq!(refusal(&head, &[visit("look", 2)]), format!("{damaged}visit 1 is missing"));
    assert_eq!(
        refusal(&head, &[visit("steal", 1)]),
        format!("{damaged}a visit is to `steal`, which is no step")
    );
    let beyond = head.replace(r#""step":0"#, r#""step":9"#);
    assert_eq!(refusal(&beyond, &[]), format!("{damaged}it goes on at step 10, and there is none"));
    let paused = head.replace(r#""enter":{"step":0}"#, r#""paused":{"step":2}"#);
    assert_eq!(refusal(&paused, &[]), format!("{damaged}it is inside a step that was not visited last"));
    let paused = refusal(&paused, &[visit("look", 1), visit("pay", 2)]);
    assert_eq!(paused, format!("{damaged}its pause and its position do not agree"));
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    assert!(load_state::<Value>(&deep).is_err());
    let deep = (0..200).fold(Value::Null, |inner, _| json!([inner]));
    assert!(save_state(&deep).unwrap_err().to_string().contains("recursion limit"));
}
