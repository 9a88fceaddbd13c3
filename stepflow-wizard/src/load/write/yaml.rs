//! YAML, as people write it: one key to a line, quotes only where they are needed.

use std::fmt::Write as _;

use crate::load::source::{Entry, Kind, Node, elsewhere, resolve};

/// A key that is longer is written with `?`: the format ends the search for its `:` after 1024 letters.
const LONG_KEY: usize = 500;

pub(super) fn print(root: &Node) -> String {
    let mut printer = Printer { out: String::new() };
    match &root.kind {
        Kind::Map(entries) if !entries.is_empty() => printer.entries(entries, 0, false),
        _ => {
            printer.inline(root);
            printer.out.push('\n');
        }
    }
    printer.out
}

struct Printer {
    out: String,
}

impl Printer {
    /// `continued`: the first key stands on a line that has begun already.
    fn entries(&mut self, entries: &[Entry], indent: usize, mut continued: bool) {
        for entry in entries {
            if !std::mem::take(&mut continued) {
                self.indent(indent);
            }
            if entry.key.len() > LONG_KEY {
                self.out.push_str("? ");
                self.quoted(&entry.key);
                self.out.push('\n');
                self.indent(indent);
            } else if is_plain(&entry.key) && !entry.key.contains(':') {
                self.out.push_str(&entry.key);
            } else {
                self.quoted(&entry.key);
            }
            self.out.push(':');
            self.value(&entry.value, indent, false);
        }
    }

    /// What stands behind `key:` or `-`, to the end of its last line. `listed`: behind `-`.
    fn value(&mut self, node: &Node, indent: usize, listed: bool) {
        let inner = indent + 2;
        match &node.kind {
            Kind::Map(entries) if entries.is_empty() => self.out.push_str(" {}\n"),
            Kind::Map(entries) if listed => {
                self.out.push(' ');
                self.entries(entries, inner, true);
            }
            Kind::Map(entries) => {
                self.out.push('\n');
                self.entries(entries, inner, false);
            }
            Kind::List(items) if items.is_empty() => self.out.push_str(" []\n"),
            Kind::List(items) => {
                self.out.push('\n');
                let column = if listed { inner } else { indent };
                for item in items {
                    self.indent(column);
                    self.out.push('-');
                    self.value(item, column, true);
                }
            }
            Kind::Tagged(tag, value) => {
                self.out.push_str(" !");
                self.out.push_str(tag);
                let indent = if listed { inner } else { indent };
                match &value.kind {
                    // A value has one tag; a second one is written as in JSON.
                    Kind::Tagged(second, value) => {
                        self.out.push('\n');
                        self.indent(indent + 2);
                        self.quoted(&format!("!{second}"));
                        self.out.push(':');
                        self.value(value, indent + 2, false);
                    }
                    // What stands behind a tag begins on the next line.
                    _ => self.value(value, indent, false),
                }
            }
            Kind::Text(text) if is_block(text) => self.block(text, inner),
            _ => {
                self.out.push(' ');
                self.inline(node);
                self.out.push('\n');
            }
        }
    }

    fn inline(&mut self, node: &Node) {
        match &node.kind {
            Kind::Null => self.out.push_str("null"),
            Kind::Bool(flag) => self.out.push_str(if *flag { "true" } else { "false" }),
            Kind::Number(number) => self.out.push_str(&number.to_string()),
            Kind::Text(text) if is_plain(text) => self.out.push_str(text),
            Kind::Text(text) => self.quoted(text),
            Kind::List(_) => self.out.push_str("[]"),
            Kind::Map(_) | Kind::Tagged(..) => self.out.push_str("{}"),
        }
    }

    /// `|`: line by line, as it stands.
    fn block(&mut self, text: &str, indent: usize) {
        self.out.push_str(if text.ends_with('\n') { " |\n" } else { " |-\n" });
        for line in text.lines() {
            if !line.is_empty() {
                self.indent(indent);
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }

    fn quoted(&mut self, text: &str) {
        self.out.push('"');
        for letter in text.chars() {
            match letter {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\t' => self.out.push_str("\\t"),
                '\r' => self.out.push_str("\\r"),
                letter if is_printable(letter) => self.out.push(letter),
                // Writing into a text does not fail.
                letter => drop(write!(self.out, "\\U{:08x}", u32::from(letter))),
            }
        }
        self.out.push('"');
    }

    fn indent(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
    }
}

/// Whether a text can stand without quotes and is still a text, for every reader.
fn is_plain(text: &str) -> bool {
    let starts = text.starts_with(|first: char| first.is_alphanumeric() || matches!(first, '_' | '/' | '('));
    starts
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && text.chars().all(|letter| is_printable(letter) && letter != '\t')
        && resolve(text).is_none()
        && elsewhere(text).is_none()
}

/// Whether a text is best written line by line.
fn is_block(text: &str) -> bool {
    text.trim_end_matches('\n').contains('\n')
        && !text.starts_with([' ', '\n', '\t'])
        && !text.ends_with("\n\n")
        && text.chars().all(|letter| letter == '\n' || is_printable(letter))
}

/// Letters that may stand in YAML as they are, and that no reader takes for the end of a line.
fn is_printable(letter: char) -> bool {
    !letter.is_control() && !matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}
