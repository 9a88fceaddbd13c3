//! Async steps among others: routes, handles, panics.

use serde::{Deserialize, Serialize};
use stepflow::{ErrorKind, PanicError, Run, RunContext, RunRecord, StepStatus, WorkflowResult, workflow};
use tokio::task::yield_now;

use crate::story::check;

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Size {
    Large,
    Small { grams: u32 },
}

struct Desk {
    state: Vec<String>,
    size: Size,
    word: &'static str,
    panics: &'static str,
}

impl Desk {
    fn with(size: Size, word: &'static str) -> Self {
        Self { state: Vec::new(), size, word, panics: "" }
    }

    async fn note(&mut self, what: &str) {
        yield_now().await;
        self.state.push(what.to_owned());
        assert!(self.panics != what, "{what} panicked");
        yield_now().await;
    }
}

#[workflow(state = Vec<String>)]
impl Desk {
    #[step]
    fn receive(&mut self) -> u32 {
        self.state.push("receive".to_owned());
        7
    }

    #[step(routes = { Size::Small { .. } => letter, Size::Large => parcel })]
    async fn weigh(&mut self) -> Size {
        self.note("weigh").await;
        self.size
    }

    #[step(routes = { "stamped" => END, "odd" => parcel })]
    async fn letter(&mut self) -> Result<&'static str, String> {
        self.note("letter").await;
        Ok(self.word)
    }

    #[step(retry = 2)]
    async fn parcel(&mut self, ctx: &mut RunContext<'_>) -> Result<String, std::io::Error> {
        self.note("parcel").await;
        Ok(format!("{} of {}", ctx.step_name(), ctx.workflow_name()))
    }

    #[step]
    fn close(&self) -> usize {
        self.state.len()
    }
}

const SMALL: Size = Size::Small { grams: 20 };

#[tokio::test]
async fn variants_and_texts_lead_from_async_steps_as_from_others() {
    let result = Desk::with(Size::Large, "").run().await;
    check(
        &result,
        &[
            "succeeded",
            "receive succeeded = 7",
            "weigh succeeded = \"Large\" via Large -> parcel",
            "letter skipped",
            "parcel succeeded = \"parcel of Desk\"",
            "close succeeded = 3",
        ],
    );
    let result = Desk::with(SMALL, "stamped").run().await;
    assert_eq!(result.state, ["receive", "weigh", "letter"]);
    assert_eq!(result.route_trace().len(), 2);
    let result = Desk::with(SMALL, "odd").run().await;
    assert_eq!(result.state, ["receive", "weigh", "letter", "parcel"]);
    let result = Desk::with(SMALL, "wet").run().await;
    assert_eq!(result.error_kind(), Some(ErrorKind::RouteResolution));
    assert_eq!(result.output(Desk::LETTER).unwrap(), &"wet");
}

#[tokio::test]
async fn handles_give_the_outputs_of_async_steps_and_decode_them_from_json() {
    let result = Desk::with(SMALL, "odd").run().await;
    assert_eq!(result.output(Desk::RECEIVE).unwrap(), &7);
    assert_eq!(result.output(Desk::WEIGH).unwrap(), &SMALL);
    assert_eq!(result.output(Desk::PARCEL).unwrap(), "parcel of Desk");
    assert_eq!(result.output(Desk::CLOSE).unwrap(), &4);
    let saved = result.to_checkpoint().unwrap();
    let read = WorkflowResult::<Vec<String>>::from_checkpoint(&saved).unwrap();
    assert_eq!(read.output(Desk::WEIGH).unwrap(), &SMALL);
    assert_eq!(read.output(Desk::PARCEL).unwrap(), "parcel of Desk");
    let record: RunRecord = serde_json::from_str(&serde_json::to_string(result.record()).unwrap()).unwrap();
    assert_eq!(record.steps().len(), 5);
}

#[tokio::test]
async fn a_panic_after_an_await_is_contained_and_not_retried() {
    let result = Run::new(Desk { panics: "parcel", ..Desk::with(Size::Large, "") }).run().await;
    assert_eq!(result.error_kind(), Some(ErrorKind::Panicked));
    let parcel = result.step("parcel").unwrap();
    assert_eq!((parcel.status(), parcel.attempts()), (StepStatus::Failed, 1));
    let panic: &PanicError = parcel.error().unwrap().downcast_ref().unwrap();
    assert_eq!(panic.message(), "parcel panicked");
    // The state stays as the panic left it; what was done before it is kept.
    assert_eq!(result.state, ["receive", "weigh", "parcel"]);
    assert_eq!(result.output(Desk::WEIGH).unwrap(), &Size::Large);
    assert_eq!(result.step("close").unwrap().status(), StepStatus::Skipped);
}

#[tokio::test]
async fn a_panic_in_an_async_hook_or_handler_is_its_failure() {
    let result = Run::new(Desk::with(Size::Large, ""))
        .on_event_async(|event| {
            let here = event.step_name() == Some("weigh");
            async move {
                yield_now().await;
                assert!(!here, "the sink is gone");
            }
        })
        .run()
        .await;
    assert_eq!(result.error_kind(), Some(ErrorKind::HookExecution));
    assert_eq!(result.state, ["receive"]);

    struct Gate {
        state: (),
    }

    #[workflow(state = ())]
    impl Gate {
        #[step(approval)]
        async fn open(&mut self) {}
    }

    let result = Run::new(Gate { state: () })
        .on_approval_async(|_| async {
            yield_now().await;
            assert!(std::env::args().len() == usize::MAX, "nobody at the desk");
            true
        })
        .run()
        .await;
    assert_eq!(result.error_kind(), Some(ErrorKind::ApprovalHandler));
    assert_eq!(result.steps()[0].attempts(), 0);
}

#[tokio::test]
async fn a_run_of_async_steps_pauses_and_goes_on_as_any_other() {
    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Log(Vec<String>);

    struct Launch {
        state: Log,
    }

    #[workflow(state = Log)]
    impl Launch {
        #[step]
        async fn prepare(&mut self) {
            yield_now().await;
            self.state.0.push("prepared".to_owned());
        }

        #[step(approval = "Turn the key?", after = "1h")]
        async fn turn(&mut self) {
            yield_now().await;
            self.state.0.push("turned".to_owned());
        }
    }

    let clock = stepflow::testing::ManualClock::new();
    let paused =
        Run::new(Launch { state: Log::default() }).manual_clock(&clock).pause_on_approval().run().await;
    let saved = paused.to_checkpoint().unwrap();
    let read = WorkflowResult::<Log>::from_checkpoint(&saved).unwrap();
    let result = read.resume(|state| Launch { state }, true).unwrap().manual_clock(&clock).run().await;
    assert_eq!(result.state.0, ["prepared", "turned"]);
    // It had waited before it paused.
    assert_eq!(clock.sleeps().len(), 1);
}
