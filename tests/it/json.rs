//! Results written as JSON and read back: nothing of what happened is lost, and what would be is refused.

use std::collections::BTreeMap;
use std::error::Error;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stepflow::{
    BoxError, CheckpointError, ErrorKind, EventKind, OutputError, RouteDefinition, Run, RunContext,
    RunRecord, StepDefinition, StepOutcome, Target, WorkflowDefinition, WorkflowResult, workflow,
};

use crate::by_hand::ByHand;
use crate::story::story;

/// The result after a trip through JSON, having checked that the trip changed nothing.
#[track_caller]
fn trip<S: Serialize + DeserializeOwned>(result: &WorkflowResult<S>) -> WorkflowResult<S> {
    let written = result.to_checkpoint().unwrap();
    let read = WorkflowResult::<S>::from_checkpoint(&written).unwrap();
    assert_eq!(read.to_checkpoint().unwrap(), written, "written again it is another");
    alike(result, &read);
    read
}

#[track_caller]
fn alike(before: &RunRecord, after: &RunRecord) {
    assert_eq!(story(before), story(after));
    assert_eq!(chain(before), chain(after));
    assert_eq!(before.run_id(), after.run_id());
    assert_eq!(before.error_kind(), after.error_kind());
    assert_eq!(before.failure(), after.failure());
    assert_eq!(before.route_trace(), after.route_trace());
    assert_eq!(before.pause(), after.pause());
    assert_eq!((before.started_at(), before.finished_at()), (after.started_at(), after.finished_at()));
    assert_eq!(before.duration(), after.duration());
    for (before, after) in before.hook_errors().iter().zip(after.hook_errors()) {
        assert_eq!(before.to_string(), after.to_string());
        assert_eq!(
            (before.event(), before.step_name(), before.hook()),
            (after.event(), after.step_name(), after.hook())
        );
        assert_eq!(before.source().unwrap().to_string(), after.source().unwrap().to_string());
    }
    assert_eq!(before.hook_errors().len(), after.hook_errors().len());
    for (before, after) in before.steps().iter().zip(after.steps()) {
        assert_eq!((before.started_at(), before.finished_at()), (after.started_at(), after.finished_at()));
        assert_eq!(before.skip_reason(), after.skip_reason());
        assert_eq!(before.approval_decision(), after.approval_decision());
        assert_eq!(before.approval_required(), after.approval_required());
        let kind = |step: &stepflow::StepResult| step.error().map(stepflow::StepError::kind);
        assert_eq!(kind(before), kind(after));
        assert_eq!(before.children().len(), after.children().len());
        for (before, after) in before.children().iter().zip(after.children()) {
            assert_eq!(before.attempt(), after.attempt());
            alike(before, after);
        }
    }
}

fn chain(record: &RunRecord) -> Vec<String> {
    let mut texts = Vec::new();
    let mut next = record.error().map(|error| error as &(dyn Error + 'static));
    while let Some(error) = next {
        texts.push(error.to_string());
        next = error.source();
    }
    texts
}

const STEPS: &[StepDefinition] = &[StepDefinition::new("weigh"), StepDefinition::new("label")];
const PARCEL: &WorkflowDefinition = &WorkflowDefinition::new("parcel", STEPS);

const BACK: &[StepDefinition] = &[StepDefinition { next: Some(Target::Step(0)), ..StepDefinition::BLANK }];
const BACKWARD: &WorkflowDefinition = &WorkflowDefinition::new("backward", BACK);

const GATE: &[StepDefinition] =
    &[StepDefinition { approval: Some(stepflow::ApprovalDefinition::BLANK), ..StepDefinition::BLANK }];
const GATED: &WorkflowDefinition = &WorkflowDefinition::new("gated", GATE);

const ROUTE: &[RouteDefinition] = &[RouteDefinition::new("on", Target::End)];
const ROUTED: &WorkflowDefinition = &WorkflowDefinition::new(
    "routed",
    &[StepDefinition { routes: std::borrow::Cow::Borrowed(ROUTE), ..StepDefinition::BLANK }],
);

#[derive(Debug, thiserror::Error)]
#[error("no label")]
struct NoLabel(#[from] std::io::Error);

fn failing(fail: fn() -> StepOutcome) -> WorkflowResult<Vec<String>> {
    Run::new(ByHand::new(PARCEL).body(move |_, _| fail())).run()
}

#[test]
fn a_failure_of_every_kind_comes_back_with_its_kind_and_chain() {
    let empty = std::sync::Arc::new(WorkflowDefinition::new("empty", &[]));
    let handler = |_: &stepflow::ApprovalRequest<'_>| Err::<bool, _>(std::io::Error::other("desk closed"));
    let parent = |_: usize, ctx: &mut RunContext<'_>| {
        let child =
            ByHand::new(PARCEL).body(|_, _| StepOutcome::failed(NoLabel(std::io::Error::other("no paper"))));
        StepOutcome::from_result(ctx.run_child(child).map(|_| ()))
    };
    type Row = (ErrorKind, WorkflowResult<Vec<String>>, &'static [&'static str]);
    let table: [Row; 9] = [
        (
            ErrorKind::ApprovalHandler,
            Run::new(ByHand::new(GATED)).on_approval(handler).run(),
            &["desk closed"],
        ),
        (
            ErrorKind::ApprovalRequired,
            Run::new(ByHand::new(GATED)).on_approval(|_| false).run(),
            &["approval denied for step ``"],
        ),
        (
            ErrorKind::ChildWorkflow,
            Run::new(ByHand::new(PARCEL).body(parent)).run(),
            &["child workflow `parcel` failed while step `weigh` was running it", "no label", "no paper"],
        ),
        (
            ErrorKind::Definition,
            Run::new(ByHand::new(empty)).run(),
            &["workflow `empty` has no steps; add at least one"],
        ),
        (
            ErrorKind::Engine,
            Run::new(ByHand::new(BACKWARD)).run(),
            &["a target leads back to the step at position 0; a target must be a later step"],
        ),
        (
            ErrorKind::HookExecution,
            Run::new(ByHand::new(PARCEL)).on_event(|_| Err::<(), _>("sink closed")).run(),
            &["hook 1 failed while handling WorkflowStarted", "sink closed"],
        ),
        (ErrorKind::Panicked, failing(|| panic!("off the rails")), &["panicked: off the rails"]),
        (
            ErrorKind::RouteResolution,
            Run::new(ByHand::new(ROUTED).body(|_, _| StepOutcome::succeeded("off").routed("off"))).run(),
            &["step `` returned `off`, which is none of its routes (on)"],
        ),
        (
            ErrorKind::Step,
            failing(|| StepOutcome::failed(NoLabel(std::io::Error::other("no paper")))),
            &["no label", "no paper"],
        ),
    ];
    for (kind, result, texts) in table {
        let read = trip(&result);
        assert_eq!(read.error_kind(), Some(kind));
        assert_eq!(chain(&read), texts);
        let (before, after) = (result.into_result().unwrap_err(), read.into_result().unwrap_err());
        assert_eq!(before.to_string(), after.to_string());
    }
}

#[test]
fn results_of_every_status_come_back() {
    let succeeded = Run::new(ByHand::new(PARCEL)).run();
    assert!(trip(&succeeded).is_succeeded());
    let paused = Run::new(ByHand::new(GATED)).pause_on_approval().run();
    assert!(trip(&paused).is_paused());
    let mut first = true;
    let noisy = Run::new(ByHand::new(PARCEL))
        .on_event(|event| match event.kind() {
            EventKind::StepFinished if std::mem::take(&mut first) => Err::<(), BoxError>("first".into()),
            EventKind::WorkflowFinished => Err("last".into()),
            _ => Ok(()),
        })
        .run();
    assert_eq!(trip(&noisy).hook_errors().len(), 2);
    let with_children = Run::new(ByHand::new(PARCEL).body(|step, ctx| {
        for _ in 0..step {
            assert!(ctx.run_child(ByHand::new(PARCEL)).is_ok());
        }
        StepOutcome::succeeded(step)
    }));
    assert_eq!(trip(&with_children.run()).step("label").unwrap().children().len(), 1);
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Size {
    Large,
    Odd { wide: f64 },
    Tagged(u8, String),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Reading<'a> {
    at: std::borrow::Cow<'a, str>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct OneWay(u8);

struct Outputs {
    state: Vec<f64>,
}

const FLOATS: [f64; 6] = [0.1, 1.0 / 3.0, 5e-324, -0.0, f64::MAX, 9_007_199_254_740_993.0];

#[workflow(state = Vec<f64>)]
impl Outputs {
    #[step]
    fn nothing(&mut self) {}

    #[step]
    fn maybe(&mut self) -> Option<u8> {
        None
    }

    #[step]
    fn surely(&mut self) -> Option<u8> {
        Some(7)
    }

    #[step]
    fn size(&mut self) -> Size {
        Size::Tagged(3, "three".to_owned())
    }

    #[step]
    fn floats(&mut self) -> Vec<f64> {
        FLOATS.to_vec()
    }

    #[step]
    fn big(&mut self) -> Result<(u64, i64), String> {
        Ok((u64::MAX, i64::MIN))
    }

    #[step]
    fn reading(&mut self) -> Reading<'static> {
        Reading { at: "noon".into() }
    }

    #[step]
    fn one_way(&mut self) -> OneWay {
        OneWay(1)
    }

    #[step]
    fn fails(&mut self) -> Result<u8, String> {
        Err("no".to_owned())
    }

    #[step]
    fn never(&mut self) -> u8 {
        0
    }
}

#[test]
fn outputs_come_back_as_their_types() {
    let before = Outputs { state: FLOATS.to_vec() }.run();
    for result in [&before, &trip(&before)] {
        assert_eq!(result.output(Outputs::NOTHING).unwrap(), &());
        assert_eq!(result.output(Outputs::MAYBE).unwrap(), &None);
        assert_eq!(result.output(Outputs::SURELY).unwrap(), &Some(7));
        assert_eq!(result.output(Outputs::SIZE).unwrap(), &Size::Tagged(3, "three".to_owned()));
        assert_eq!(result.output(Outputs::BIG).unwrap(), &(u64::MAX, i64::MIN));
        assert_eq!(result.output(Outputs::READING).unwrap().at, "noon");
        let bits = |floats: &[f64]| floats.iter().map(|float| float.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(result.output(Outputs::FLOATS).unwrap()), bits(&FLOATS));
        assert_eq!(bits(&result.state), bits(&FLOATS));
        // Twice: what was decoded is kept.
        assert!(std::ptr::eq(result.output(Outputs::SIZE).unwrap(), result.output(Outputs::SIZE).unwrap()));
    }
}

#[test]
fn an_output_that_cannot_be_had_says_why() {
    let before = Outputs { state: vec![] }.run();
    let after = trip(&before);
    // In memory, a type that cannot be read back is at hand; after the trip it is not.
    assert_eq!(before.output(Outputs::ONE_WAY).unwrap(), &OneWay(1));
    assert!(
        matches!(after.output(Outputs::ONE_WAY), Err(OutputError::OtherType { step, .. }) if step == "one_way")
    );
    for result in [&before, &after] {
        let text = result.output(Outputs::FAILS).unwrap_err().to_string();
        assert_eq!(text, "step `fails` has no output; it has failed");
        let text = result.output(Outputs::NEVER).unwrap_err().to_string();
        assert!(text.starts_with("step `never` has no output; it"), "{text}");
        assert!(matches!(result.output(Other::SIZE), Err(OutputError::OtherWorkflow { .. })));
    }
    let mut edited: Value = serde_json::from_str(&before.to_checkpoint().unwrap()).unwrap();
    edited["record"]["steps"][3]["output"] = json!("Enormous");
    edited["record"]["steps"][0]["name"] = json!("nought");
    let edited = WorkflowResult::<Vec<f64>>::from_checkpoint(&edited.to_string()).unwrap();
    assert!(
        matches!(edited.output(Outputs::SIZE), Err(OutputError::Undecodable { step, .. }) if step == "size")
    );
    assert!(
        matches!(edited.output(Outputs::NOTHING), Err(OutputError::UnknownStep { step }) if step == "nothing")
    );
}

struct Other {
    state: (),
}

#[workflow(state = ())]
impl Other {
    #[step]
    fn size(&mut self) -> Size {
        Size::Odd { wide: 0.5 }
    }
}

#[test]
fn a_result_with_fields_that_nobody_knows_is_not_read() {
    let written = Run::new(ByHand::new(GATED)).pause_on_approval().run().to_checkpoint().unwrap();
    for path in ["", "/record", "/record/steps/0", "/record/pause", "/record/pause/outline"] {
        let mut edited: Value = serde_json::from_str(&written).unwrap();
        edited.pointer_mut(path).unwrap()["extra"] = json!(1);
        let error = WorkflowResult::<Vec<String>>::from_checkpoint(&edited.to_string()).unwrap_err();
        assert!(matches!(error, CheckpointError::Unreadable { .. }), "{path}");
        assert!(error.source().unwrap().to_string().contains("unknown field `extra`"), "{path}");
    }
    for text in ["", "{", "null", "[]", "{\"state\": []}"] {
        let error = WorkflowResult::<Vec<String>>::from_checkpoint(text).unwrap_err();
        assert_eq!(error.to_string(), "this is no checkpoint of a workflow", "{text}");
    }
}

struct Holder<S> {
    state: S,
}

#[workflow(state = S)]
impl<S: 'static> Holder<S> {
    #[step(approval)]
    fn wait(&mut self) {}
}

/// The place in this state that cannot be saved.
fn unsavable<S: Serialize + DeserializeOwned + 'static>(state: S) -> String {
    let paused = Run::new(Holder { state }).pause_on_approval().run();
    match paused.to_checkpoint() {
        Err(CheckpointError::StateNotSavable { place, .. }) => place,
        Err(error) => panic!("{error}"),
        Ok(written) => panic!("it is saved as {written}"),
    }
}

#[derive(Serialize, Deserialize)]
struct Depot {
    name: String,
    shelves: Vec<Shelf>,
}

#[derive(Serialize, Deserialize)]
struct Shelf {
    load: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct Forgetful {
    kept: u8,
    #[serde(skip_deserializing)]
    lost: u8,
}

#[test]
fn a_state_that_would_not_come_back_is_refused_with_the_place_named() {
    assert_eq!(unsavable(f64::NAN), ".");
    assert_eq!(unsavable(Some(f64::INFINITY)), ".");
    assert_eq!(unsavable(vec![1.0, f32::NAN]), "[1]");
    let shelf = |load| Shelf { load };
    let depot = Depot {
        name: "north".to_owned(),
        shelves: vec![shelf(Some(1.0)), shelf(None), shelf(Some(f64::NEG_INFINITY))],
    };
    assert_eq!(unsavable(depot), "shelves[2].load");
    assert_eq!(
        unsavable(
            BTreeMap::from([((1, 2), "a")])
                .into_iter()
                .map(|(key, value)| (key, value.to_owned()))
                .collect::<BTreeMap<(u8, u8), String>>()
        ),
        "."
    );
    assert_eq!(unsavable(Forgetful { kept: 1, lost: 2 }), "lost");
    // Numbers as keys are written as texts and read as numbers.
    let paused = Run::new(Holder { state: BTreeMap::from([(7_u64, 0.5)]) }).pause_on_approval().run();
    assert_eq!(trip(&paused).state, paused.state);
}

#[derive(Debug, Serialize, Deserialize)]
struct Before {
    order: String,
    amount: u32,
    lines: Vec<Line>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    count: u8,
}

/// What reading a saved `Before` as another type complains about.
fn changed<S: Serialize + DeserializeOwned + std::fmt::Debug>(written: &str) -> (String, String) {
    match WorkflowResult::<S>::from_checkpoint(written) {
        Err(CheckpointError::StateChanged { place, why }) => (place, why),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_state_of_another_shape_is_refused_with_the_field_named() {
    #[derive(Debug, Serialize, Deserialize)]
    struct Added {
        order: String,
        amount: u32,
        lines: Vec<Line>,
        #[serde(default)]
        paid: bool,
    }
    #[derive(Debug, Serialize, Deserialize)]
    struct Demanding {
        order: String,
        amount: u32,
        lines: Vec<Line>,
        paid: bool,
    }
    #[derive(Debug, Serialize, Deserialize)]
    struct Removed {
        order: String,
        lines: Vec<Line>,
    }
    #[derive(Debug, Serialize, Deserialize)]
    struct Retyped {
        order: String,
        amount: String,
        lines: Vec<Line>,
    }
    #[derive(Debug, Serialize, Deserialize)]
    struct Widened {
        order: String,
        amount: f64,
        lines: Vec<Line>,
    }
    #[derive(Debug, Serialize, Deserialize)]
    struct Deeper {
        order: String,
        amount: u32,
        lines: Vec<Piece>,
    }
    #[derive(Debug, Serialize, Deserialize)]
    struct Piece {
        pieces: Option<u8>,
    }
    let state = Before { order: "47".to_owned(), amount: 20, lines: vec![Line { count: 2 }] };
    let written = Run::new(Holder { state }).pause_on_approval().run().to_checkpoint().unwrap();
    assert!(WorkflowResult::<Before>::from_checkpoint(&written).is_ok());

    assert_eq!(changed::<Added>(&written).0, "paid");
    assert!(changed::<Demanding>(&written).1.contains("missing field `paid`"));
    assert_eq!(changed::<Removed>(&written).0, "amount");
    assert_eq!(changed::<Retyped>(&written).0, "amount");
    assert_eq!(changed::<Widened>(&written).0, "amount");
    assert_eq!(changed::<Deeper>(&written).0, "lines[0].count");
}
