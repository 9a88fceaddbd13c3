//! A wizard that is answered in free text.
//!
//! ```text
//! cargo run --example support_intake
//! cargo run --example support_intake -- --url http://localhost:11434/v1 --model llama3.2
//! ```
//!
//! The wizard is `wizards/support_intake.yaml`. Without an address, a rehearsed customer talks, and an extractor that has
//! learned its answers reads. With one (`--url`, or `SUPPORT_INTAKE_URL`), a language model reads what is typed, over the
//! chat protocol of OpenAI; `SUPPORT_INTAKE_MODEL` names it, and `SUPPORT_INTAKE_KEY` holds the key, if there is one.
//! `go back` goes back, an empty line ends the conversation.

use std::error::Error;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use serde_json::json;
use stepflow::SystemClock;
use stepflow_examples::exit_code;
use stepflow_wizard::extract::openai::OpenAiExtractor;
use stepflow_wizard::extract::{Extraction, Extractor, Message, ScriptedExtractor, Turn, advance_text};
use stepflow_wizard::load::Loader;
use stepflow_wizard::{Command, Definition, Env, Functions, Kind, Map, NavigationCommand, Outcome, advance};

/// Tells a support desk about a problem, in free text.
#[derive(Parser)]
struct Arguments {
    /// The address of a service that speaks OpenAI's chat protocol, such as http://localhost:11434/v1.
    #[arg(long, env = "SUPPORT_INTAKE_URL")]
    url: Option<String>,
    /// The model that is asked.
    #[arg(long, env = "SUPPORT_INTAKE_MODEL", default_value = "llama3.2")]
    model: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run(&Arguments::parse()).await)
}

async fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("wizards/support_intake.yaml");
    let wizard = Loader::new(&Functions::new()).file(&file)?;
    match &arguments.url {
        None => {
            println!("No address was given, so a rehearsed customer talks, and a script reads.");
            talk(&wizard, &rehearsed_answers(), &mut Lines::rehearsed()).await
        }
        Some(url) => {
            let mut extractor = OpenAiExtractor::at(url.as_str()).model(&arguments.model);
            // A key on the command line would stand in the list of processes.
            if let Ok(key) = std::env::var("SUPPORT_INTAKE_KEY") {
                extractor = extractor.key(key);
            }
            talk(&wizard, &extractor.build()?, &mut Lines::open()).await
        }
    }
}

/// What the rehearsed customer says: half of it, the other half, an address that is hard to read, and a yes.
const REHEARSED: [&str; 4] = [
    "Hello. My new kettle leaks all over the kitchen.",
    "It is order A-1042, and yes, it is urgent.",
    "Grace, grace at example dot org",
    "Yes, that's right.",
];

/// What a reader would find in it, question by question: for the first message it is asked once more, for what is
/// missing.
fn rehearsed_answers() -> ScriptedExtractor {
    let found = |values: serde_json::Value, confidence| {
        Extraction::new(values.as_object().cloned().unwrap_or_default(), confidence)
    };
    ScriptedExtractor::new([
        found(json!({ "topic": "Defect", "summary": "The new kettle leaks." }), 0.9),
        Extraction::nothing(),
        found(json!({ "order": "A-1042" }), 0.9),
        found(json!({ "name": "Grace", "email": "grace@example.org" }), 0.5),
        Extraction::nothing(),
    ])
}

async fn talk(
    wizard: &Definition,
    extractor: &dyn Extractor,
    lines: &mut Lines,
) -> Result<(), Box<dyn Error>> {
    let clock = SystemClock::new();
    let mut outcome = wizard.begin(&Env::read(&clock))?;
    let mut said: Vec<Turn> = Vec::new();
    let mut asked = None;
    while !outcome.state.is_completed() {
        // A prompt counts as asked when it comes up, not when it is repeated.
        if asked.as_ref() != Some(&outcome.view.stage) {
            asked = Some(outcome.view.stage.clone());
            said.push(Turn::wizard(outcome.view.prompt.as_ref()));
        }
        let Some(line) = lines.ask(&question(&outcome))? else {
            println!("\nGoodbye. Nothing was sent.");
            return Ok(());
        };
        let env = Env::read(&clock);
        let navigation = wizard.detect_navigation(&outcome.view.flow, &outcome.view.stage, &line);
        // The state is needed again if the text is not read.
        let before = outcome.clone();
        let answered = match navigation {
            Some(NavigationCommand::Back) => advance(wizard, outcome.state, Command::back(), &env),
            Some(NavigationCommand::Restart) => advance(wizard, outcome.state, Command::Restart, &env),
            Some(NavigationCommand::Skip) => advance(wizard, outcome.state, Command::Skip, &env),
            _ => {
                let message = Message::new(line.as_str()).after(said.iter().cloned());
                said.push(Turn::person(line));
                advance_text(wizard, outcome.state, message, extractor, &env).await
            }
        };
        outcome = match answered {
            Ok(outcome) => outcome,
            Err(refused) => {
                told(&refused.error);
                before
            }
        };
        show(&outcome);
    }
    println!("\n{}", outcome.view.prompt);
    Ok(())
}

/// What is asked now: the prompt, what is missing, or whether all of it is right.
fn question(outcome: &Outcome) -> String {
    match outcome.kind {
        Kind::Confirm => format!("\nIs this right? {}\n> ", listed(&outcome.view.values)),
        Kind::Incomplete => {
            let missing: Vec<&str> = outcome.missing.iter().map(AsRef::as_ref).collect();
            format!("\nThank you. I still need: {}.\n> ", missing.join(", "))
        }
        _ => format!("\n{}\n> ", outcome.view.prompt),
    }
}

/// What was understood, and where it comes from.
fn show(outcome: &Outcome) {
    let Some(found) = &outcome.extraction else { return };
    for (field, provenance) in &found.provenance {
        println!("  {field}: {} ({:?})", provenance.value, provenance.source);
    }
    for dropped in &found.dropped {
        println!("  {}: not taken ({:?})", dropped.field, dropped.reason);
    }
}

fn listed(values: &Map) -> String {
    values.iter().map(|(field, value)| format!("{field}: {value}")).collect::<Vec<_>>().join(", ")
}

/// An error with all of its causes.
fn told(error: &dyn Error) {
    println!("  ! {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        println!("    because {cause}");
        source = cause.source();
    }
}

/// Where the texts come from.
enum Lines {
    Terminal,
    Written(std::vec::IntoIter<String>),
}

impl Lines {
    fn rehearsed() -> Self {
        Self::Written(REHEARSED.map(str::to_owned).to_vec().into_iter())
    }

    fn open() -> Self {
        if io::stdin().is_terminal() {
            return Self::Terminal;
        }
        let written = io::read_to_string(io::stdin()).unwrap_or_default();
        if written.is_empty() {
            return Self::rehearsed();
        }
        Self::Written(written.lines().map(str::to_owned).collect::<Vec<_>>().into_iter())
    }

    /// One line; `None` when there are no more, or an empty one.
    fn ask(&mut self, question: &str) -> io::Result<Option<String>> {
        print!("{question}");
        io::stdout().flush()?;
        let line = match self {
            Self::Terminal => {
                let mut line = String::new();
                io::stdin().read_line(&mut line)?;
                Some(line)
            }
            Self::Written(lines) => {
                let line = lines.next();
                println!("{}", line.as_deref().unwrap_or_default());
                line
            }
        };
        Ok(line.map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()))
    }
}
