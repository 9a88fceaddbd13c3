//! Texts that others wrote, times and values, as a page shows them.

use std::fmt::Write as _;
use std::time::Duration;

use maud::{Markup, html};
use serde_json::Value;
use stepflow::Timestamp;
use stepflow_store::RunStatus;

/// What is longer is cut: a page is no place for a megabyte.
const LONGEST: usize = 64 * 1024;

/// A text of which every character is seen: one that turns the direction of writing round, so that a question reads as
/// another than it is, is spelled out.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        let turns =
            matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if turns || (character.is_control() && !matches!(character, '\n' | '\t')) {
            // Writing to a text does not fail.
            let _ = write!(plain, "{}", character.escape_default());
        } else {
            plain.push(character);
        }
    }
    plain
}

/// A moment, to the second, in UTC.
pub(crate) fn moment(at: Timestamp) -> Markup {
    let text = at.to_string();
    let day = text.get(..10).unwrap_or_default();
    let time = text.get(11..19).unwrap_or_default();
    html! { time datetime=(text) { (day) " " (time) " UTC" } }
}

/// How long ago something was, in the largest unit that fits.
pub(crate) fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    let (count, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3600 => (seconds / 60, "minute"),
        3600..172_800 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// A value as text that people can read.
pub(crate) fn value(value: &Value) -> Markup {
    let text = match value {
        Value::String(text) => plain(text),
        other => plain(&serde_json::to_string_pretty(other).unwrap_or_else(|_| other.to_string())),
    };
    html! { pre.sf-value { (cut(&text)) } }
}

fn cut(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let end = (0..=LONGEST).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    format!("{}\n… {} bytes more", &text[..end], text.len() - end)
}

/// A status as a word with a colour.
pub(crate) fn status(status: RunStatus, running: bool) -> Markup {
    let word = status_word(status, running);
    html! { span class={ "sf-status sf-status-" (status) } { (word) } }
}

pub(crate) const fn status_word(status: RunStatus, running: bool) -> &'static str {
    match (status, running) {
        (RunStatus::Ready, true) => "running",
        (RunStatus::Paused, _) => "waits for approval",
        (RunStatus::Unsettled, _) => "outcome unknown",
        _ => status.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{plain, span};

    #[test]
    fn what_misleads_is_spelled_out() {
        assert_eq!(plain("pay \u{202e}001\u{7}\nnow"), "pay \\u{202e}001\\u{7}\nnow");
        assert_eq!(plain("7 € für Zoë 漢字"), "7 € für Zoë 漢字");
    }

    #[test]
    fn spans_are_told_in_the_largest_unit_that_fits() {
        for (seconds, told) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (7200, "2 hours"),
            (172_799, "47 hours"),
            (172_800, "2 days"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), told);
        }
    }
}
