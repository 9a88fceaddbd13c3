//! `stepflow`, the command-line tool: looks at the runs of a store, answers them, stops them, and sends them on
//! their way again.

mod args;
mod commands;
mod failure;
mod report;
mod store;
mod table;
mod text;
mod times;

use std::process::ExitCode;

use clap::Parser;

use self::args::{Cli, Command};
use self::commands::Desk;
use self::failure::Failure;
use self::report::Report;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(usage) => return Failure::Usage(usage).show(false),
    };
    let json = cli.json;
    match carry_out(cli).and_then(|report| report.show(json)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.show(json),
    }
}

fn carry_out(cli: Cli) -> Result<Report, Failure> {
    if let Command::Completions(args) = cli.command {
        return commands::completions(&args);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(Failure::Machine)?.block_on(async {
        let desk = Desk::open(cli.store.as_deref()).await?;
        commands::carry_out(&desk, cli.command).await
    })
}
