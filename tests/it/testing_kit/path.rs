//! The way that a run took.

use stepflow::testing::{Approvals, assert_path};
use stepflow::{Run, StepOutcome};

use super::{Acts, panic_of};

const ESSAY: &str = r#"{"name": "Essay", "max_visits": 3, "steps": [
    {"name": "draft"},
    {"name": "review", "routes": [{"key": "good", "target": {"step": "send to print"}}, {"key": "bad", "target": {"step": "draft"}}]},
    {"name": "burn"},
    {"name": "send to print", "approval": {}}
]}"#;

fn essay(good_at: u32) -> Acts<(), impl FnMut(&mut (), &mut stepflow::RunContext<'_>) -> StepOutcome> {
    Acts::new(ESSAY, (), move |(), ctx| match (ctx.step_name(), ctx.visit()) {
        ("review", 2) if good_at > 2 => StepOutcome::failed("the reviewer is ill"),
        ("review", visit) => StepOutcome::succeeded(()).routed(if visit < good_at { "bad" } else { "good" }),
        _ => StepOutcome::succeeded(()),
    })
}

#[test]
fn the_path_taken_is_right() {
    let result = Run::new(essay(2)).approval_handler(Approvals::script([("send to print", true)])).run();
    assert_path!(result, draft -> review -> draft -> review -> "send to print");
    assert_path!(result.record(), draft -> review -> draft -> review -> "send to print");
    let result = &result;
    assert_path!(result, draft -> review -> draft -> review -> "send to print",);

    let paused = Run::new(essay(1)).pause_on_approval().run();
    assert_path!(paused, draft -> review -> "send to print");
}

#[test]
fn another_path_is_shown_beside_the_expected_one() {
    let result = Run::new(essay(3)).run();
    let shown = panic_of(|| assert_path!(result, draft -> review -> "send to print"));
    assert_eq!(
        shown,
        "the run of `Essay` took another path than expected\n        \
         expected       taken\n     \
         1  draft          draft\n     \
         2  review         review\n  \
         >  3  send to print  draft\n     \
         4                 review (failed)\n  \
         it failed: the reviewer is ill"
    );
}

#[test]
fn a_path_that_ends_too_early_is_shown_too() {
    let result = Run::new(essay(1)).approval_handler(Approvals::script([("send to print", true)])).run();
    let shown = panic_of(|| assert_path!(result, draft -> review -> "send to print" -> burn));
    assert_eq!(shown.lines().nth(5), Some("  >  4  burn"));
    assert_eq!(shown.lines().last(), Some("  it succeeded"));
}
