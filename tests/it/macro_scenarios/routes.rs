//! Steps that choose what comes next.

use serde::{Deserialize, Serialize};
use stepflow::{ErrorKind, RouteResolutionError, workflow};

use super::PlayAlone as _;
use crate::story::check;

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Size {
    Large,
    Lost { days: u32 },
    Small(u8),
}

struct Sort {
    state: Vec<&'static str>,
    size: Size,
}

steps! {
    #[workflow(state = Vec<&'static str>)]
    impl Sort {
        #[step(routes = { Size::Small(_) => chute, Size::Large => dock, Size::Lost { .. } => END })]
        fn scan(&mut self) -> Size {
            self.size
        }

        #[step]
        fn chute(&mut self) {
            self.state.push("chute");
        }

        #[step]
        fn dock(&mut self) {
            self.state.push("dock");
        }
    }
}

#[test]
fn a_variant_leads_to_its_step_and_what_is_jumped_over_is_skipped() {
    let sorted = |size| Sort { state: vec![], size }.finish();
    check(
        &sorted(Size::Large),
        &["succeeded", "scan succeeded = \"Large\" via Large -> dock", "chute skipped", "dock succeeded"],
    );
    // After a jump the run goes on with the steps below.
    let small = sorted(Size::Small(3));
    assert_eq!(small.state, ["chute", "dock"]);
    let lost = sorted(Size::Lost { days: 4 });
    check(
        &lost,
        &["succeeded", "scan succeeded = {\"Lost\":{\"days\":4}} via Lost", "chute skipped", "dock skipped"],
    );
    let route = &lost.route_trace()[0];
    assert_eq!(
        (route.step_name(), route.route_key(), route.next_step(), route.ended()),
        ("scan", "Lost", None, true)
    );
    assert_eq!(
        lost.step("dock").unwrap().skip_reason().unwrap().to_string(),
        "not reached because workflow ended"
    );
}

struct Triage {
    state: u32,
    words: &'static str,
    level: u8,
    fails: u32,
}

impl Triage {
    fn of(words: &'static str, level: u8) -> Self {
        Self { state: 0, words, level, fails: 0 }
    }
}

steps! {
    #[workflow(state = u32)]
    impl Triage {
        #[step(routes = { "urgent" => by_level, "void" => END }, retry = 2)]
        fn classify(&mut self) -> Result<&'static str, String> {
            self.state += 1;
            if self.fails > 0 {
                self.fails -= 1;
                return Err("illegible".to_owned());
            }
            Ok(self.words)
        }

        #[step(routes = { 0 => END, 1 => queue, key = "high", 2..=9 => bench, key = "off the scale", _ => last })]
        fn by_level(&mut self) -> u8 {
            self.level
        }

        #[step(routes = { true => bench, false => last })]
        fn queue(&mut self) -> bool {
            self.level > 0
        }

        #[step(next = END)]
        fn bench(&mut self) {}

        #[step]
        fn last(&mut self) {}
    }
}

#[test]
fn texts_numbers_and_truths_are_keys() {
    let told = |level| {
        let result = Triage::of("urgent", level).finish();
        let trace = result.route_trace().iter();
        trace
            .map(|route| format!("{}>{}", route.route_key(), route.next_step().unwrap_or("END")))
            .collect::<Vec<_>>()
    };
    assert_eq!(told(0), ["urgent>by_level", "0>END"]);
    assert_eq!(told(1), ["urgent>by_level", "1>queue", "true>bench"]);
    assert_eq!(told(5), ["urgent>by_level", "high>bench"]);
    assert_eq!(told(99), ["urgent>by_level", "off the scale>last"]);
    // `next` leaves the branch: what stands below it does not run.
    check(
        &Triage::of("urgent", 5).finish(),
        &[
            "succeeded",
            "classify succeeded = \"urgent\" via urgent -> by_level",
            "by_level succeeded = 5 via high -> bench",
            "queue skipped",
            "bench succeeded",
            "last skipped",
        ],
    );
}

#[test]
fn a_text_that_is_no_key_fails_the_step_once_and_keeps_its_output() {
    let result = Triage::of("unheard of", 0).finish();
    assert_eq!(result.error_kind(), Some(ErrorKind::RouteResolution));
    assert!(result.route_trace().is_empty());
    let step = result.step("classify").unwrap();
    assert_eq!((step.attempts(), step.route_key(), step.next_step()), (1, None, None));
    assert_eq!(result.output(Triage::CLASSIFY).unwrap(), &"unheard of");
    let error: &RouteResolutionError = step.error().unwrap().downcast_ref().unwrap();
    assert_eq!(error.known, ["urgent", "void"]);
    assert_eq!(
        result.into_result().unwrap_err().to_string(),
        "workflow `Triage` failed at step `classify` after 1 attempt: \
         step `classify` returned `unheard of`, which is none of its routes (urgent, void)"
    );
}

#[test]
fn the_route_is_taken_from_the_attempt_that_succeeded() {
    let result = Triage { fails: 2, ..Triage::of("void", 0) }.finish();
    assert_eq!(result.step("classify").unwrap().attempts(), 3);
    assert_eq!(result.route_trace().len(), 1);
    assert!(result.is_succeeded());
}

#[test]
fn a_failing_routed_step_takes_no_route() {
    let result = Triage { fails: 9, ..Triage::of("void", 0) }.finish();
    check(
        &result,
        &[
            "failed: illegible",
            "classify failed x3: illegible",
            "by_level skipped",
            "queue skipped",
            "bench skipped",
            "last skipped",
        ],
    );
    assert!(result.route_trace().is_empty());
}

scenarios! {
    a_variant_leads_to_its_step_and_what_is_jumped_over_is_skipped,
    texts_numbers_and_truths_are_keys,
    a_text_that_is_no_key_fails_the_step_once_and_keeps_its_output,
    the_route_is_taken_from_the_attempt_that_succeeded,
    a_failing_routed_step_takes_no_route,
}
