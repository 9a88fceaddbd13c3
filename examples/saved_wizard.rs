//! A wizard that is kept in a file between two calls: every start of this program is one call, as every request of a
//! web server is.
//!
//! `cargo run --example saved_wizard` shows it with a rehearsed visitor, in a folder that is gone afterwards. For real:
//!
//! ```text
//! cargo run --example saved_wizard -- --database tea.db                 where am I?
//! cargo run --example saved_wizard -- --database tea.db kind=green      answers the question
//! cargo run --example saved_wizard -- --database tea.db submit          submits, as often as you like
//! ```
//!
//! Kill it whenever you like: an answer is saved or it is not, and what is submitted starts one run.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use serde::{Deserialize, Serialize};
use serde_json::json;
use stepflow::workflow;
use stepflow_examples::exit_code;
use stepflow_store::{Runner, SqliteStore};
use stepflow_wizard::store::{Owner, WizardKey};
use stepflow_wizard::{
    Blueprint, BoxError, Command, Definition, Flow, Map, Receipt, Session, Stage, Wizards, WizardsError,
};

/// Orders a cup of tea, one call at a time.
#[derive(Debug, Parser)]
struct Args {
    /// `field=value` answers the question, `back` goes back, `submit` submits; without any, the question is shown.
    call: Option<String>,
    /// Where the wizard is kept. Without it, a rehearsed visitor orders in a folder that is gone afterwards.
    #[arg(long)]
    database: Option<PathBuf>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Order {
    kind: String,
    cups: String,
}

/// What becomes of an order.
struct Brew {
    state: Order,
}

#[workflow(state = Order)]
impl Brew {
    #[step]
    fn brew(&mut self) -> String {
        format!("{} × {}", self.state.cups, self.state.kind)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    exit_code(run(Args::parse()).await.map_err(|error| -> Box<dyn std::error::Error> { error }))
}

async fn run(args: Args) -> Result<(), BoxError> {
    if let Some(database) = args.database {
        return call(&database, args.call.as_deref()).await;
    }
    let folder = tempfile::tempdir()?;
    let database = folder.path().join("tea.db");
    for line in [
        None,
        Some("kind=green"),
        Some("back"),
        Some("kind=black"),
        Some("cups=2"),
        Some("submit"),
        Some("submit"),
    ] {
        println!("$ saved_wizard {}", line.unwrap_or_default());
        call(&database, line).await?;
    }
    Ok(())
}

/// One call: whatever is known is read from the file, and saved there.
async fn call(database: &Path, line: Option<&str>) -> Result<(), BoxError> {
    let store = SqliteStore::open(database)?;
    let kept = store.wizards().await?;
    let runner = Arc::new(Runner::builder(store).register(|state| Brew { state }).start().await?);
    let brewing = Arc::clone(&runner);
    let teas = Wizards::builder(definition()?, kept)
        .on_submit(move |submission| {
            let runner = Arc::clone(&brewing);
            async move {
                let order = serde_json::from_value(submission.data.into())?;
                // The name of the submission is the id of the run: one that is there already is the one that was meant.
                let run = runner.start(submission.id.to_string().parse()?, Brew { state: order }).await?;
                Ok(Receipt::new(run.id().to_string()))
            }
        })
        .build();
    // Who was killed while it was being submitted is done with here.
    teas.complete_interrupted().await?;

    let owner: Owner = "whoever has the file".parse()?;
    let latest = teas.list(&owner).await?.into_iter().next();
    let session = match latest {
        Some(latest) => teas.load(&WizardKey { id: latest.id, owner }).await,
        None => Ok(teas.begin(&owner, Map::new()).await?.session),
    };
    let done = match (session, line) {
        (Err(WizardsError::Done(submitted)), _) => *submitted,
        (Err(error), _) => return Err(error.into()),
        (Ok(session), Some("submit")) => match session.submission() {
            Some(submission) => teas.complete(session.key(), submission).await?,
            None => return show(&teas, &session),
        },
        (Ok(session), line) => {
            let Some(command) = line.map(command).transpose()? else { return show(&teas, &session) };
            let step = teas.advance(session.key(), session.revision(), command).await?;
            step.outcome.errors.iter().for_each(|error| println!("{error}"));
            return show(&teas, &step.session);
        }
    };
    let run = runner.run(done.receipt.reference.parse()?);
    let outcome = run.wait().await?;
    println!("Your order {} is {}: {}", done.receipt.reference, outcome.status(), outcome.state_json());
    Ok(())
}

fn definition() -> Result<Definition, BoxError> {
    let asks = |field: &str, question: &'static str| {
        let schema =
            json!({ "type": "object", "properties": { field: { "type": "string" } }, "required": [field] });
        Stage::new(field).prompt(question).schema(schema)
    };
    let stages = vec![
        asks("kind", "Which tea?").to("cups"),
        asks("cups", "How many cups?").to("done"),
        Stage::end("done").prompt("That is all. `submit` orders it."),
    ];
    Ok(Definition::new(Blueprint::new(Flow::new("tea", stages)))?)
}

fn command(line: &str) -> Result<Command, BoxError> {
    match line.split_once('=') {
        Some((field, value)) => Ok(Command::submit([(field, value)])),
        None if line == "back" => Ok(Command::back()),
        None => Err(format!("`{line}` is no call: say field=value, back or submit").into()),
    }
}

fn show(teas: &Wizards, session: &Session) -> Result<(), BoxError> {
    let view = teas.view(session)?;
    println!("[{:3.0} %] {} {}", view.progress * 100.0, view.prompt, serde_json::to_string(&view.values)?);
    Ok(())
}
