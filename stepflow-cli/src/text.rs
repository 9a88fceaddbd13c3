//! Text that others wrote, on somebody's terminal.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const HINT: Style = AnsiColor::Cyan.on_default();

/// A text of which a terminal shows every character: one that moves the cursor, sets colours or turns the
/// direction of writing round, so that a question reads as another than it is, is spelled out.
pub(crate) fn plain(text: &str) -> String {
    spelled(text, |_| false)
}

/// The same for a text of several lines.
pub(crate) fn lines(text: &str) -> String {
    spelled(text, |character| character == '\n')
}

fn spelled(text: &str, allowed: impl Fn(char) -> bool) -> String {
    let mut spelled = String::with_capacity(text.len());
    for character in text.chars() {
        if allowed(character) || !(character.is_control() || turns_direction(character)) {
            spelled.push(character);
        } else {
            // Writing to a text does not fail.
            let _ = write!(spelled, "{}", character.escape_default());
        }
    }
    spelled
}

fn turns_direction(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text in one line that is not too long.
pub(crate) fn short(text: &str, most: usize) -> String {
    let text = plain(text);
    if text.chars().count() <= most {
        return text;
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{cut}…")
}

/// A word for a shell: in quotes where it needs some.
pub(crate) fn word(text: &str) -> String {
    let harmless = |character: char| character.is_ascii_alphanumeric() || "-_./:%+=@,~".contains(character);
    if !text.is_empty() && !text.starts_with('-') && !text.starts_with('~') && text.chars().all(harmless) {
        return text.to_owned();
    }
    format!("'{}'", plain(text).replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::{lines, plain, short, word};

    #[test]
    fn what_a_terminal_would_obey_is_spelled_out() {
        for (text, expected) in [
            ("Zahlung über 7 € ok? 🦀", "Zahlung über 7 € ok? 🦀"),
            ("\u{1b}[31mred\u{1b}[0m", r"\u{1b}[31mred\u{1b}[0m"),
            ("\u{9b}2J", r"\u{9b}2J"),
            ("pay \u{202e}001", r"pay \u{202e}001"),
            ("two\nlines\r", r"two\nlines\r"),
        ] {
            assert_eq!(plain(text), expected);
        }
        assert_eq!(lines("two\nlines\u{7}"), "two\nlines\\u{7}");
        assert_eq!(short("a long text", 6), "a lon…");
        assert_eq!(short("a text", 6), "a text");
    }

    #[test]
    fn words_are_quoted_where_a_shell_would_take_them_apart() {
        for (text, expected) in [
            ("order-7/pay/1/1", "order-7/pay/1/1"),
            ("it's", r"'it'\''s'"),
            ("$(rm)", "'$(rm)'"),
            ("-x", "'-x'"),
            ("", "''"),
        ] {
            assert_eq!(word(text), expected);
        }
    }
}
