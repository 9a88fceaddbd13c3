//! The tool as a process.

use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

pub(crate) struct Tool {
    store: Option<String>,
}

impl Tool {
    pub(crate) fn on(store: impl Into<String>) -> Self {
        Self { store: Some(store.into()) }
    }

    pub(crate) fn nowhere() -> Self {
        Self { store: None }
    }

    /// The command line, with nothing of the environment that these tests run in.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stepflow"));
        for name in ["STEPFLOW_BY", "STEPFLOW_STORE", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "USER"] {
            command.env_remove(name);
        }
        if let Some(store) = &self.store {
            command.env("STEPFLOW_STORE", store);
        }
        command.args(args).env("TZ", "UTC").env("COLUMNS", "100").stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Answer {
        Answer::of(self.command(args).output().unwrap())
    }

    pub(crate) fn spawn(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Standard output of a command that has to succeed and say nothing else.
    #[track_caller]
    pub(crate) fn done(&self, args: &[&str]) -> String {
        let answer = self.run(args);
        assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{args:?}: {}", answer.stdout);
        answer.stdout
    }

    /// The same as JSON.
    #[track_caller]
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let mut with_json = vec!["--json"];
        with_json.extend(args);
        serde_json::from_str(&self.done(&with_json)).unwrap()
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Answer {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
