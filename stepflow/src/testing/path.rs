//! The way that a run took, compared with the way that a test expects.

use std::fmt::Write as _;

use crate::result::{RunRecord, StepResult, StepStatus};

/// Asserts which steps a run visited, in order. A step in a loop is named once for each visit; a name that
/// is no identifier is written as a text. Takes a [`WorkflowResult`](crate::WorkflowResult) or a
/// [`RunRecord`](crate::RunRecord).
///
/// What counts is that the step was entered, whether it succeeded, failed or is waiting for a person.
///
/// ```
/// use stepflow::testing::assert_path;
/// use stepflow::workflow;
///
/// struct Essay { state: u32 }
///
/// #[workflow(state = u32, max_visits = 5)]
/// impl Essay {
///     #[step]
///     fn draft(&mut self) {
///         self.state += 1;
///     }
///     #[step(routes = { true => publish, false => draft })]
///     fn review(&mut self) -> bool {
///         self.state == 2
///     }
///     #[step(name = "send to print")]
///     fn publish(&mut self) {}
/// }
///
/// let result = Essay { state: 0 }.run().into_result()?;
/// assert_path!(result, draft -> review -> draft -> review -> "send to print");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
///
/// When the run took another way. Expected and taken stand side by side, and `>` marks where they part:
///
/// ```text
/// the run of `Essay` took another path than expected
///         expected  taken
///      1  draft     draft
///      2  review    review
///   >  3  publish   draft
///      4            review (failed)
///   it failed: the reviewer is ill
/// ```
#[macro_export]
macro_rules! assert_path {
    (@name $name:ident) => {
        ::core::stringify!($name)
    };
    (@name $name:literal) => {
        $name
    };
    ($result:expr, $($step:tt)->+ $(,)?) => {
        $crate::testing::assert_path_of(&$result, &[$($crate::assert_path!(@name $step)),+])
    };
}

/// What `assert_path!` calls.
#[track_caller]
#[expect(clippy::panic, reason = "an assertion of the test kit")]
pub fn assert_path_of(record: &RunRecord, expected: &[&str]) {
    // A step `r#type` is publicly named `type`.
    let expected: Vec<&str> = expected.iter().map(|name| name.strip_prefix("r#").unwrap_or(name)).collect();
    let taken = record.path();
    if !taken.iter().map(|visit| visit.name()).eq(expected.iter().copied()) {
        panic!("{}", complaint(record, &expected, &taken));
    }
}

fn complaint(record: &RunRecord, expected: &[&str], taken: &[&StepResult]) -> String {
    let mut text = format!("the run of `{}` took another path than expected\n", record.workflow_name());
    let width = expected.iter().map(|name| name.chars().count()).max().unwrap_or(0).max("expected".len());
    let _ = writeln!(text, "        {:width$}  taken", "expected");
    let parting = (0..).find(|&at| expected.get(at).copied() != taken.get(at).map(|visit| visit.name()));
    for at in 0..expected.len().max(taken.len()) {
        let mark = if Some(at) == parting { '>' } else { ' ' };
        let wanted = expected.get(at).copied().unwrap_or("");
        let visited = taken.get(at).map_or_else(String::new, |visit| shown(visit));
        let line = format!("  {mark} {:>2}  {wanted:width$}  {visited}", at + 1);
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let _ = write!(text, "  it {}", record.status());
    if let Some(error) = record.error() {
        let _ = write!(text, ": {error}");
    }
    text
}

fn shown(visit: &StepResult) -> String {
    match visit.status() {
        StepStatus::Succeeded => visit.name().to_owned(),
        other => format!("{} ({other})", visit.name()),
    }
}
