//! Durable refunds and the pages where people decide about them, in one process.
//!
//! ```text
//! cargo run --example approvals_inbox                            prints a link; open it, and decide
//! cargo run --example approvals_inbox -- --database refunds.db   the same, and nothing is lost when it is stopped
//! ```
//!
//! Without a terminal it opens its own pages, approves one refund as a browser would, and ends.

mod check;
mod refund;

use std::error::Error;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use stepflow_examples::exit_code;
use stepflow_store::{Existing, Runner, SqliteStore};
use stepflow_web::{RunsOptions, Server, Shell, mask_fields, runs_router};

use self::refund::{Refund, Refunding};

/// Durable refunds, decided in the browser.
#[derive(Debug, Parser)]
struct Args {
    /// Where the runs are kept; without it, in a folder that is gone afterwards.
    #[arg(long)]
    database: Option<PathBuf>,
    /// Where the pages are served on this machine.
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

#[tokio::main]
async fn main() -> ExitCode {
    exit_code(carry_out(Args::parse()).await)
}

async fn carry_out(args: Args) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let database = args.database.unwrap_or_else(|| folder.path().join("refunds.db"));
    let runner = Runner::builder(SqliteStore::open(&database)?)
        .register(|state| Refunding { state })
        .poll(Duration::from_millis(200))
        .start()
        .await?;
    for refund in Refund::sample() {
        let id = refund.order.parse()?;
        runner.start(id, Refunding { state: refund }).if_exists(Existing::Return).await?;
    }

    // Whoever approves needs no account number to do so.
    let options = RunsOptions::new().shell(Shell::new("Refunds")).mask(mask_fields(["iban"]));
    let server = Server::new(runs_router(runner.runs(), options));
    if std::io::stdin().is_terminal() {
        server.port(args.port).bind().await?.run().await?;
    } else {
        let listening = server.port(0).quiet().bind().await?;
        let (url, link) = (listening.address(), listening.sign_in_url().unwrap_or_default());
        let (done, told) = tokio::sync::oneshot::channel::<()>();
        let serving = tokio::spawn(listening.run_until(async {
            // Also when the check has failed, and nobody says so.
            let _ = told.await;
        }));
        let checked = check::walk(url, &link, &runner).await;
        drop(done);
        serving.await?;
        checked?;
    }
    runner.drain(Duration::from_secs(10)).await;
    Ok(())
}
