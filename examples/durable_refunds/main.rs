//! Carries out a file of refund requests so that nothing is lost and nothing is paid twice, whenever the program is
//! killed: start it again, and it goes on.
//!
//! `cargo run --example durable_refunds` shows it with a sample, in a folder that is gone afterwards, and answers its
//! own questions. For real:
//!
//! ```text
//! cargo run --example durable_refunds -- requests.jsonl --database refunds.db
//! kill -9 …, or Ctrl-C, and the same line again
//! stepflow --store refunds.db pending
//! stepflow --store refunds.db approve order-1004 --by noor
//! ```

mod bank;
mod refunding;
mod request;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use stepflow::{ApprovalDecision, WorkflowEvent};
use stepflow_examples::exit_code;
use stepflow_store::{Existing, RunHandle, RunStatus, Runner, SqliteStore};

use self::bank::Bank;
use self::refunding::Refunding;

const SAMPLE: &str = include_str!("../data/refund_requests.jsonl");

/// Carries out a file of refund requests, durably.
#[derive(Debug, Parser)]
struct Args {
    /// The requests, one JSON object a line; the sample if not given.
    file: Option<PathBuf>,
    /// Where the runs are kept. Without it they are in a folder that is gone afterwards, and every question is
    /// answered with yes.
    #[arg(long)]
    database: Option<PathBuf>,
    /// Answers every question with yes, in this name.
    #[arg(long, value_name = "NAME")]
    approve_as: Option<String>,
    /// How long the bank takes for a payment, in milliseconds.
    #[arg(long, value_name = "MILLIS", default_value_t = 20)]
    bank_takes: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    exit_code(carry_out(Args::parse()).await)
}

async fn carry_out(args: Args) -> Result<(), Box<dyn std::error::Error>> {
    let (requests, bad) = request::read(args.file.as_deref(), SAMPLE)?;
    let shown = tempfile::tempdir()?;
    let database = args.database.clone().unwrap_or_else(|| shown.path().join("refunds.db"));
    let approver = args.approve_as.or_else(|| args.database.is_none().then(|| "the sample".to_owned()));
    let bank = Bank::open(&database.with_extension("bank.jsonl"), Duration::from_millis(args.bank_takes))?;

    let runner = {
        let bank = bank.clone();
        Runner::builder(SqliteStore::open(&database)?)
            .register(move |state| Refunding { state, bank: bank.clone() })
            .poll(Duration::from_millis(200))
            .on_event(tell)
            .start()
            .await?
    };
    let mut waiting = tokio::task::JoinSet::new();
    for request in requests {
        let id = request.order.parse()?;
        // The order's number is the id of its run: a request that comes twice, or comes again after a restart,
        // is the same run.
        let run = runner.start(id, Refunding { state: request.into(), bank: bank.clone() });
        let run = run.if_exists(Existing::Return).await?;
        if !run.is_new() {
            println!("{:<11} is known already", run.id().to_string());
        }
        let (runs, approver) = (runner.runs(), approver.clone());
        let database = database.display().to_string();
        waiting.spawn(async move { see_through(run, &runs, approver, &database).await });
    }

    let (mut done, mut failed) = (0, 0);
    loop {
        tokio::select! {
            one = waiting.join_next() => match one {
                None => break,
                Some(status) => match status? {
                    Ok(RunStatus::Succeeded) => done += 1,
                    Ok(_) => failed += 1,
                    Err(error) => return Err(error.into()),
                },
            },
            _ = tokio::signal::ctrl_c() => {
                println!("\nstopping at the next boundary of every run; start again to go on");
                runner.drain(Duration::from_secs(10)).await;
                return Ok(());
            }
        }
    }
    runner.drain(Duration::from_secs(10)).await;
    println!("\n{done} done, {failed} not, {bad} bad lines; {}", bank.statement()?);
    Ok(())
}

/// Follows a run to its end, and answers what it asks, or says how somebody else does.
async fn see_through(
    run: RunHandle,
    runs: &stepflow_store::Runs,
    approver: Option<String>,
    database: &str,
) -> Result<RunStatus, String> {
    let outcome = run.wait().await.map_err(|error| error.to_string())?;
    if let Some(gate) = outcome.gate() {
        let pause = outcome.record().pause().and_then(|pause| pause.message()).unwrap_or_default().to_owned();
        match approver {
            Some(name) => {
                println!("{:<11} asks: {pause} {name} says yes", run.id().to_string());
                let decided = runs.decide(&gate, ApprovalDecision::approve().by(name)).await;
                // Somebody else may have been faster, and that counts.
                decided.or_else(|error| match error {
                    stepflow_store::RunsError::AlreadyDecided(_) => Ok(()),
                    error => Err(error.to_string()),
                })?;
            }
            None => println!(
                "{:<11} asks: {pause} Answer with: stepflow --store {database} approve {} --by YOU",
                run.id().to_string(),
                run.id()
            ),
        }
    }
    let outcome = run.wait_until_over().await.map_err(|error| error.to_string())?;
    let why = outcome.record().error().map(|error| format!(": {error}")).unwrap_or_default();
    println!("{:<11} {}{why}", run.id().to_string(), outcome.status());
    Ok(outcome.status())
}

/// One line for every step that has ended.
fn tell(event: &WorkflowEvent<'_>) {
    if let WorkflowEvent::StepFinished(finished) = event {
        let step = finished.step();
        println!(
            "{:<11}   {} {}, attempt {}",
            event.run_id().to_string(),
            step.name(),
            step.status(),
            step.attempts()
        );
    }
}
