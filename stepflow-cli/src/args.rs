//! What may be typed.

use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use serde_json::Value;
use stepflow::{GateId, GateIdError, RunId};
use stepflow_store::{Cursor, RunStatus};

use crate::times::{Age, When};

const AFTERWARDS: &str = "\
Exit status:
  0  it is done
  1  it was refused: somebody else has decided, the run is over, and so on
  2  it cannot be understood as it was typed
  3  there is no such run
  4  the store cannot be used: not there, not reachable, full, damaged
  5  the result could not be written

With --json the result, or the refusal, is one JSON value on standard output.
Sentences about what went wrong are on standard error.

Environment:
  STEPFLOW_STORE  the store: keeps a password out of the list of processes
  STEPFLOW_BY     in whose name you decide, settle, cancel, and so on
  NO_COLOR        no colours; CLICOLOR_FORCE wants them in pipes too
  TZ              the time zone that times are shown in";

const GLOBAL: &str = "Global options";

/// Looks at durable runs, answers them, stops them, and sends them on their way again.
#[derive(Debug, Parser)]
#[command(name = "stepflow", version, after_help = AFTERWARDS, max_term_width = 110)]
pub(crate) struct Cli {
    /// Where the runs are: an SQLite file that is there, or postgres://user@host/database
    #[arg(long, global = true, env = "STEPFLOW_STORE", hide_env_values = true, value_name = "STORE", help_heading = GLOBAL)]
    pub(crate) store: Option<String>,
    /// Writes JSON, for programs
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Lists runs, newest first
    Runs(RunsArgs),
    /// Shows one run: where it is and why, its timeline, its state
    Show(ShowArgs),
    /// Lists who waits for what: approvals, and steps of which nobody knows whether they did their work
    Pending(PendingArgs),
    /// Says yes at a gate
    Approve(DecideArgs),
    /// Says no at a gate
    Deny(DecideArgs),
    /// Says whether a step that must not run twice did its work before it was broken off
    Settle(SettleArgs),
    /// Tries a failed run again, from the step that failed, by the code of the day
    Retry(RetryArgs),
    /// Lets a run go on that is held
    Release(ReleaseArgs),
    /// Stops a run for good
    Cancel(CancelArgs),
    /// Copies a run, to go on before one of its steps
    Fork(ForkArgs),
    /// Deletes a run that is over
    Delete(DeleteArgs),
    /// Deletes the runs that have been over for long enough
    Sweep(SweepArgs),
    /// Draws the workflow of a run, from the definition that is stored with it
    Graph(GraphArgs),
    /// Writes the completions for a shell
    Completions(CompletionsArgs),
}

/// Which page of a list.
#[derive(Debug, Args)]
pub(crate) struct Paging {
    /// How many at most
    #[arg(long, short = 'n', default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,
    /// Where the page before ended, as it said there
    #[arg(long, value_name = "PLACE")]
    pub(crate) after: Option<Cursor>,
}

/// In whose name something is done.
#[derive(Debug, Args)]
pub(crate) struct By {
    /// In whose name: a person's, as it is to stand in the run's log. It is never taken from the account that you
    /// are logged in to
    #[arg(long, env = "STEPFLOW_BY", hide_env_values = true, value_name = "NAME", value_parser = name)]
    pub(crate) by: String,
}

#[derive(Debug, Args)]
pub(crate) struct RunsArgs {
    /// Of this workflow only
    #[arg(long, short, value_name = "NAME")]
    pub(crate) workflow: Option<String>,
    /// In this status only; may be given more than once
    #[arg(long, short, value_delimiter = ',', value_parser = status())]
    pub(crate) status: Vec<RunStatus>,
    /// Added then or later: a date, a time, or an age such as 2d
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<When>,
    /// Added before then
    #[arg(long, value_name = "WHEN")]
    pub(crate) before: Option<When>,
    /// Not changed for that long, such as 3h
    #[arg(long, value_name = "AGE")]
    pub(crate) unchanged: Option<Age>,
    #[command(flatten)]
    pub(crate) page: Paging,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The run
    pub(crate) run: RunId,
    /// One visit by its number, with its result and the states before and after it
    #[arg(long, value_name = "NUMBER")]
    pub(crate) visit: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct PendingArgs {
    /// Of this workflow only
    #[arg(long, short, value_name = "NAME")]
    pub(crate) workflow: Option<String>,
    #[command(flatten)]
    pub(crate) page: Paging,
}

#[derive(Debug, Args)]
pub(crate) struct DecideArgs {
    /// The gate, as `pending` shows it; or the run, for whatever it asks now
    #[arg(value_name = "GATE|RUN")]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) by: By,
    /// Why
    #[arg(long, short, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

/// A gate, or a run; `a/b/1/1` may be either.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) gate: Option<GateId>,
    pub(crate) run: Option<RunId>,
}

impl FromStr for Target {
    type Err = GateIdError;

    fn from_str(text: &str) -> Result<Self, GateIdError> {
        let run = text.parse().ok();
        match text.parse() {
            Ok(gate) => Ok(Self { gate: Some(gate), run }),
            Err(error) if run.is_none() => Err(error),
            Err(_) => Ok(Self { gate: None, run }),
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct SettleArgs {
    /// The run
    pub(crate) run: RunId,
    /// Whether the step did its work
    pub(crate) what: What,
    /// What the step returned, as JSON
    #[arg(long, value_name = "JSON", value_parser = json)]
    pub(crate) output: Option<Value>,
    /// The route that the step took; needed where it has routes
    #[arg(long, value_name = "KEY")]
    pub(crate) route: Option<String>,
    #[command(flatten)]
    pub(crate) by: By,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum What {
    /// It did: the run goes on behind the step
    Happened,
    /// It did not: the attempt is made again, under the same idempotency key
    DidNotHappen,
}

#[derive(Debug, Args)]
pub(crate) struct RetryArgs {
    /// The run
    pub(crate) run: RunId,
    #[command(flatten)]
    pub(crate) by: By,
}

#[derive(Debug, Args)]
pub(crate) struct ReleaseArgs {
    /// The run
    pub(crate) run: RunId,
    /// By the definition of the day, from the beginning of the step that it is at
    #[arg(long)]
    pub(crate) adopt: bool,
    #[command(flatten)]
    pub(crate) by: By,
}

#[derive(Debug, Args)]
pub(crate) struct CancelArgs {
    /// The run
    pub(crate) run: RunId,
    #[command(flatten)]
    pub(crate) by: By,
    /// Why
    #[arg(long, short, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ForkArgs {
    /// The run
    pub(crate) run: RunId,
    /// The step that the copy begins with
    pub(crate) step: String,
    /// The id of the copy
    pub(crate) new_id: RunId,
    #[command(flatten)]
    pub(crate) by: By,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteArgs {
    /// The run
    pub(crate) run: RunId,
}

#[derive(Debug, Args)]
pub(crate) struct SweepArgs {
    /// Over for longer than that, such as 30d
    #[arg(long, value_name = "AGE")]
    pub(crate) older_than: Age,
}

#[derive(Debug, Args)]
pub(crate) struct GraphArgs {
    /// The run
    pub(crate) run: RunId,
    /// In which language
    #[arg(long, value_enum, default_value_t = Language::Mermaid)]
    pub(crate) format: Language,
    /// As an SVG picture with what the run did, for a browser: the same as `--format svg`
    #[arg(long, conflicts_with = "format")]
    pub(crate) svg: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// For Markdown
    Mermaid,
    /// For Graphviz
    Dot,
    /// For browsers, with what the run did
    Svg,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: Shell,
}

fn status() -> impl TypedValueParser<Value = RunStatus> {
    PossibleValuesParser::new(RunStatus::ALL.map(RunStatus::as_str)).try_map(|text| text.parse::<RunStatus>())
}

fn name(text: &str) -> Result<String, &'static str> {
    let name = text.trim();
    if name.is_empty() { Err("a name is needed") } else { Ok(name.to_owned()) }
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("{error}; a text stands in quotes, as in '\"PAY-1\"'"))
}
