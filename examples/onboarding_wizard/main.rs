//! A wizard from a YAML file, in a terminal.
//!
//! ```text
//! cargo run --example onboarding_wizard
//! cargo run --example onboarding_wizard -- --graph
//! cargo run --example onboarding_wizard -- my_wizard.yaml
//! ```
//!
//! The wizard is `wizards/onboarding.yaml`, or any other file, of which every mistake is told with line and column. Beside
//! an answer, `:back`, `:skip`, `:restart`, `:done` (a list is complete) and `:quit` can be typed, and the words that the file
//! sets for navigation; an empty line keeps what stands in brackets. Lines may also come from a file or a pipe. Where there
//! are none, as in CI, a rehearsed visitor answers.

#[path = "../registration_wizard/form.rs"]
mod form;

use std::error::Error;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use form::Typed;
use serde_json::Value;
use stepflow::SystemClock;
use stepflow_examples::exit_code;
use stepflow_wizard::load::Loader;
use stepflow_wizard::{
    BoxError, Command, Definition, Env, FunctionContext, Functions, Map, NavigationCommand, Outcome, Patch,
    StageKind, StageView, advance,
};

/// Somebody who mistakes a role, orders the same thing twice, looks back at the beginning, and wants no lunch in
/// particular.
const REHEARSED: &str = "\
Grace Hopper
admiral
yes
Grace Hopper
engineer
yes
1 Harbour Street
Arlington
Laptop
2
Laptop
1
wait



Laptop stand
1
:done
Ada
:skip
";

fn main() -> ExitCode {
    exit_code(run())
}

fn run() -> Result<(), Box<dyn Error>> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("wizards/onboarding.yaml");
    let mut file = own;
    let mut graph = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--graph" => graph = true,
            path => file = PathBuf::from(path),
        }
    }
    let functions = Functions::new().transform("count_pieces", count_pieces);
    let wizard = Loader::new(&functions).file(&file)?;
    for warning in wizard.warnings() {
        println!("warning: {warning}");
    }
    if graph {
        println!("{}", wizard.graph().to_mermaid());
        return Ok(());
    }
    walk(&wizard, &mut Lines::open())
}

/// The one thing that a condition cannot do: adding things up over all the items of a list.
fn count_pieces(context: &FunctionContext<'_>) -> Result<Patch, BoxError> {
    let items = context.data.get("equipment").and_then(Value::as_array);
    let pieces: u64 = items.into_iter().flatten().filter_map(|item| item["pieces"].as_u64()).sum();
    Ok(Patch::new().set("pieces", pieces))
}

fn walk(wizard: &Definition, lines: &mut Lines) -> Result<(), Box<dyn Error>> {
    let clock = SystemClock::new();
    let mut outcome = wizard.begin(&Env::read(&clock))?;
    while !outcome.state.is_completed() {
        show(&outcome);
        let Some(command) = ask(wizard, &outcome.view, lines)? else {
            println!("\nGoodbye. Nothing was kept.");
            return Ok(());
        };
        outcome = advance(wizard, outcome.state, command, &Env::read(&clock))?;
    }
    println!("\n{}", outcome.view.prompt);
    for task in outcome.state.tasks() {
        println!("  {}: {}", task.description, task.status.name());
    }
    let journey = wizard.journey(&outcome.state, &Env::read(&clock))?;
    println!("{}", serde_json::to_string_pretty(&journey.data)?);
    Ok(())
}

/// What is asked, and what was wrong with the last answer.
fn show(outcome: &Outcome) {
    let view = &outcome.view;
    println!("\n{}: {}", view.title, view.prompt);
    for suggestion in &view.suggestions {
        println!("  - {suggestion}");
    }
    if collects(view) {
        for item in &view.items {
            println!("  + {}", Value::Object(item.values.clone()));
        }
        println!("  (one item after the other; `:done` when the list is complete)");
    }
    for error in &outcome.errors {
        println!("  ! {error}");
    }
    for diagnostic in &outcome.diagnostics {
        println!("  ({})", diagnostic.message);
    }
}

/// The command that the person gives; `None` when they leave.
fn ask(wizard: &Definition, view: &StageView, lines: &mut Lines) -> io::Result<Option<Command>> {
    let mut form = Map::new();
    let fields = form::fields(view);
    if fields.is_empty() {
        lines.ask("Enter to go on: ")?;
        return Ok(Some(Command::submit(form)));
    }
    for field in fields {
        let Some(line) = lines.ask(&field.question())? else { return Ok(None) };
        if line.trim() == ":done" && collects(view) {
            return Ok(Some(Command::Done));
        }
        let navigation = wizard.detect_navigation(&view.flow, &view.stage, &line);
        match (navigation, Typed::read(&line)) {
            (Some(NavigationCommand::Back), _) => return Ok(Some(Command::back())),
            (Some(NavigationCommand::Restart), _) => return Ok(Some(Command::Restart)),
            (Some(NavigationCommand::Skip), _) => return Ok(Some(Command::Skip)),
            (_, Typed::Quit) => return Ok(None),
            (_, Typed::Command(command)) => return Ok(Some(command)),
            (_, Typed::Text(text)) => field.fill(&text, &mut form),
        }
    }
    Ok(Some(Command::submit(form)))
}

fn collects(view: &StageView) -> bool {
    matches!(view.kind, StageKind::Collect(_))
}

/// Where the answers come from.
enum Lines {
    /// Somebody types.
    Terminal,
    /// They were written down before.
    Written(std::vec::IntoIter<String>),
}

impl Lines {
    fn open() -> Self {
        if io::stdin().is_terminal() {
            return Self::Terminal;
        }
        let written = io::read_to_string(io::stdin()).unwrap_or_default();
        let written = if written.is_empty() {
            println!("There is no terminal, so a rehearsed visitor answers.");
            REHEARSED.to_owned()
        } else {
            written
        };
        Self::Written(written.lines().map(str::to_owned).collect::<Vec<_>>().into_iter())
    }

    /// One line; `None` when there are no more.
    fn ask(&mut self, question: &str) -> io::Result<Option<String>> {
        print!("{question}");
        io::stdout().flush()?;
        match self {
            Self::Terminal => {
                let mut line = String::new();
                let read = io::stdin().read_line(&mut line)?;
                Ok((read > 0).then_some(line))
            }
            Self::Written(lines) => {
                let line = lines.next();
                println!("{}", line.as_deref().unwrap_or_default());
                Ok(line)
            }
        }
    }
}
