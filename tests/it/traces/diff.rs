//! Two things that should be alike, line by line.

use serde::Serialize;

/// The lines that differ, or `None` when none does.
pub(crate) fn difference<T: Serialize>(expected: &T, got: &T) -> Option<String> {
    let (expected, got) = (lines(expected), lines(got));
    if expected == got {
        return None;
    }
    let alike = expected.iter().zip(&got).take_while(|(expected, got)| expected == got).count();
    let rest = |lines: &[String]| lines[alike..].iter().rev().cloned().collect::<Vec<_>>();
    let (from_end_expected, from_end_got) = (rest(&expected), rest(&got));
    let tail = from_end_expected.iter().zip(&from_end_got).take_while(|(one, other)| one == other).count();
    let mut shown = vec![format!("    (line {} of the outcome)", alike + 1)];
    let context = &expected[alike.saturating_sub(6)..alike];
    shown.extend(context.iter().map(|line| format!("      {line}")));
    let part = |lines: &[String], mark: &str| -> Vec<String> {
        lines[alike..lines.len() - tail].iter().take(40).map(|line| format!("    {mark} {line}")).collect()
    };
    shown.extend(part(&expected, "-"));
    shown.extend(part(&got, "+"));
    Some(shown.join("\n"))
}

fn lines<T: Serialize>(value: &T) -> Vec<String> {
    let text = serde_json::to_string_pretty(value).unwrap_or_else(|error| error.to_string());
    text.lines().map(str::to_owned).collect()
}
