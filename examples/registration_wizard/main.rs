//! A wizard in a terminal: it asks, says what is wrong with an answer, goes back, skips and shows progress.
//!
//! ```text
//! cargo run --example registration_wizard
//! ```
//!
//! Beside an answer, `:back`, `:skip`, `:restart` and `:quit` can be typed; an empty line keeps what stands in
//! brackets. Lines may also come from a file or a pipe. Where there are none, as in CI, a rehearsed visitor
//! answers.

mod form;
mod registration;

use std::error::Error;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use form::Typed;
use registration::{Registration, RegistrationWizard};
use stepflow::SystemClock;
use stepflow_examples::exit_code;
use stepflow_wizard::{Command, Env, FieldError, Map, StageView, Standing, advance};

/// Somebody who gets something wrong, comes back to an answer, and does not want the letter.
const REHEARSED: &str = "\
Ada
ada at example.org

ada@example.org
team
Analytical Engines
one

12
:back

24
:skip

";

fn main() -> ExitCode {
    exit_code(register(&mut Lines::open()))
}

fn register(lines: &mut Lines) -> Result<(), Box<dyn Error>> {
    let wizard = RegistrationWizard::definition(RegistrationWizard::from)?;
    let clock = SystemClock::new();
    let mut outcome = wizard.begin(&Env::read(&clock))?;
    while !outcome.state.is_completed() {
        show(&outcome.view, &outcome.errors);
        let Some(command) = ask(&outcome.view, lines)? else {
            println!("\nGoodbye. Nothing was kept.");
            return Ok(());
        };
        outcome = advance(&wizard, outcome.state, command, &Env::read(&clock))?;
        for diagnostic in &outcome.diagnostics {
            println!("({})", diagnostic.message);
        }
    }
    let registration: Registration = wizard.fold(&outcome.state, &Env::read(&clock))?;
    println!("\nRegistered: {}", serde_json::to_string_pretty(&registration)?);
    Ok(())
}

/// How far it is, what is asked, and what was wrong with the last answer.
fn show(view: &StageView, errors: &[FieldError]) {
    let bar = (view.progress * 10.0).round() as usize;
    let steps: Vec<_> =
        view.roadmap.iter().filter(|entry| entry.standing != Standing::NotApplicable).collect();
    let at = steps.iter().position(|entry| entry.standing == Standing::Current).map_or(0, |at| at + 1);
    println!("\n[{}{}] step {at} of {}", "#".repeat(bar), ".".repeat(10 - bar), steps.len());
    println!("{}\n{}", view.title, view.prompt);
    for error in errors {
        println!("  ! {error}");
    }
}

/// The command that the person gives; `None` when they leave.
fn ask(view: &StageView, lines: &mut Lines) -> io::Result<Option<Command>> {
    let mut form = Map::new();
    let fields = form::fields(view);
    if fields.is_empty() {
        return Ok(match lines.ask("Enter to go on: ")?.as_deref().map(Typed::read) {
            None | Some(Typed::Quit) => None,
            Some(Typed::Command(command)) => Some(command),
            Some(Typed::Text(_)) => Some(Command::submit(form)),
        });
    }
    for field in fields {
        match lines.ask(&field.question())?.as_deref().map(Typed::read) {
            None | Some(Typed::Quit) => return Ok(None),
            Some(Typed::Command(command)) => return Ok(Some(command)),
            Some(Typed::Text(text)) => field.fill(&text, &mut form),
        }
    }
    Ok(Some(Command::submit(form)))
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
