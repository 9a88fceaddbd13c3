//! What could not be done, for people and for programs.

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use stepflow_store::RunsError;

use crate::report::{self, pretty};
use crate::text::plain;
use crate::times::Now;

const ERROR: Style = AnsiColor::Red.on_default().bold();

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The tool itself could not be started.
    #[error("the tool could not be started")]
    Machine(#[source] io::Error),
    /// It was refused by the tool, for this run.
    #[error("{message}{}", .note.as_deref().unwrap_or_default())]
    Refused {
        kind: &'static str,
        message: String,
        /// What people are told besides.
        note: Option<String>,
        /// What programs are told besides.
        details: Box<Value>,
    },
    /// It was refused by the runs.
    #[error(transparent)]
    Runs(#[from] RunsError),
    /// There is no store of that name that can be used.
    #[error(transparent)]
    Unusable(RunsError),
    /// The result could not be written.
    #[error("the result could not be written")]
    Unwritten(#[source] io::Error),
    /// It cannot be understood as it was typed, or help was asked for.
    #[error(transparent)]
    Usage(clap::Error),
}

impl Failure {
    /// A refusal of the tool's own.
    pub(crate) fn refused(kind: &'static str, message: String) -> Self {
        Self::Refused { kind, message, note: None, details: Box::new(Value::Null) }
    }

    /// Says what is wrong, and with which status to leave.
    pub(crate) fn show(self, json: bool) -> ExitCode {
        let code = self.code();
        // Where nobody listens any more, there is nobody to be told so.
        let _ = match &self {
            Self::Usage(usage) => usage.print(),
            Self::Unwritten(error) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
            _ => self.tell(json),
        };
        ExitCode::from(code)
    }

    fn code(&self) -> u8 {
        match self {
            Self::Refused { .. } => 1,
            Self::Runs(error) if error.is_unknown_run() => 3,
            Self::Runs(error) if error.store_failure().is_some() => 4,
            Self::Runs(_) => 1,
            Self::Unusable(_) => 4,
            Self::Machine(_) | Self::Unwritten(_) => 5,
            Self::Usage(usage) => u8::try_from(usage.exit_code()).unwrap_or(2),
        }
    }

    fn tell(&self, json: bool) -> io::Result<()> {
        if json {
            report::write(&self.json())?;
        }
        let mut stderr = anstream::stderr().lock();
        writeln!(stderr, "{ERROR}error:{ERROR:#} {}", plain(&self.sentence()))
    }

    fn json(&self) -> String {
        match self {
            Self::Runs(error) | Self::Unusable(error) => pretty(error),
            Self::Refused { kind, message, details, .. } => {
                pretty(&json!({ "error": kind, "message": message, "details": details }))
            }
            _ => pretty(&json!({ "error": "failed", "message": self.sentence() })),
        }
    }

    /// The error with its causes, each once.
    fn sentence(&self) -> String {
        let mut sentence = match self {
            Self::Runs(RunsError::AlreadyDecided(first)) => here(first, first.at),
            Self::Runs(RunsError::AlreadySettled(first)) => here(first, first.at),
            _ => self.to_string(),
        };
        let mut source = self.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            if !sentence.contains(&text) {
                sentence = format!("{sentence}: {text}");
            }
            source = cause.source();
        }
        sentence
    }
}

/// The sentence with its time as people say it where the reader is.
fn here(sentence: &impl ToString, at: Timestamp) -> String {
    let now = Now { at: Timestamp::now(), zone: TimeZone::system() };
    sentence.to_string().replacen(&format!("on {at:.0}"), &now.day_and_ago(at), 1)
}
