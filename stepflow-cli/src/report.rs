//! What came of a command, for people and for programs.

use std::io::{self, Write};

use serde::Serialize;

use crate::failure::Failure;

pub(crate) struct Report {
    text: String,
    json: String,
}

impl Report {
    /// `text` may have colours; they are left out where nobody wants them.
    pub(crate) fn new(text: impl Into<String>, json: &impl Serialize) -> Self {
        Self { text: text.into(), json: pretty(json) }
    }

    /// The same text for both.
    pub(crate) fn text(text: String) -> Self {
        Self { json: text.clone(), text }
    }

    /// Writes it to standard output.
    pub(crate) fn show(self, json: bool) -> Result<(), Failure> {
        write(if json { &self.json } else { &self.text }).map_err(Failure::Unwritten)
    }
}

/// Writes to standard output, and a line's end after it, if there is none.
pub(crate) fn write(text: &str) -> io::Result<()> {
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    if !text.is_empty() && !text.ends_with('\n') {
        stdout.write_all(b"\n")?;
    }
    stdout.flush()
}

/// A value as JSON that people can read too.
pub(crate) fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|error| format!("{{\"error\": \"{error}\"}}"))
}
