//! A panic goes no further than the body, the hook or the handler that it happened in.

use stepflow::{ErrorKind, EventKind, PanicError, Run, workflow};

use crate::story::check;

struct Train {
    state: u32,
    derails: bool,
}

#[workflow(state = u32, retry = 3)]
impl Train {
    #[step(approval)]
    fn depart(&mut self) {
        self.state += 1;
    }

    #[step]
    fn travel(&mut self) {
        self.state += 10;
        assert!(!self.derails, "off the rails at {}", self.state);
    }

    #[step]
    fn arrive(&mut self) {
        self.state += 100;
    }
}

fn train(derails: bool) -> Run<'static, Train> {
    Run::new(Train { state: 0, derails }).on_approval(|_| true)
}

#[test]
fn a_panicking_step_fails_once_and_leaves_the_state_as_it_was() {
    let result = train(true).run();
    check(
        &result,
        &[
            "failed: panicked: off the rails at 11",
            "depart succeeded (approved)",
            "travel failed: panicked: off the rails at 11",
            "arrive skipped",
        ],
    );
    assert_eq!(result.error_kind(), Some(ErrorKind::Panicked));
    let error: &PanicError = result.step("travel").unwrap().error().unwrap().downcast_ref().unwrap();
    assert_eq!(error.message(), "off the rails at 11");
    assert_eq!(result.step("travel").unwrap().attempts(), 1);
    assert_eq!(result.state, 11);
}

#[test]
fn a_panicking_hook_is_a_hook_that_fails() {
    let mut seen = 0;
    let result = train(false)
        .on_event(|event| assert!(event.kind() != EventKind::StepFinished, "full up"))
        .on_event(|_| seen += 1)
        .run();
    assert_eq!(result.error_kind(), Some(ErrorKind::HookExecution));
    let hook = &result.hook_errors()[0];
    assert_eq!(std::error::Error::source(&**hook).unwrap().to_string(), "panicked: full up");
    // The other hooks saw everything: started, step started, step finished, finished.
    assert_eq!(seen, 4);
}

#[test]
fn a_panicking_handler_fails_the_step_before_its_body() {
    let result = Run::new(Train { state: 0, derails: false })
        .on_approval(|_| -> bool { panic!("nobody there") })
        .run();
    assert_eq!(result.error().unwrap().to_string(), "panicked: nobody there");
    assert_eq!(result.error_kind(), Some(ErrorKind::ApprovalHandler));
    assert_eq!((result.state, result.steps()[0].attempts()), (0, 0));
}

#[test]
fn a_panic_without_a_text_is_told_too() {
    let result = Run::new(
        crate::by_hand::ByHand::new(crate::by_hand::loaded(
            serde_json::json!({"name": "w", "steps": [{"name": "a"}]}),
        ))
        .body(|_, _| std::panic::panic_any(7)),
    )
    .run();
    assert_eq!(result.error().unwrap().to_string(), "panicked: no message");
}
