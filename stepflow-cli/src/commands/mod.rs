//! The commands, one file each.

mod cancel;
mod completions;
mod decide;
mod fork;
mod graph;
mod pending;
mod release;
mod remove;
mod retry;
mod runs;
mod settle;
mod show;

use jiff::tz::TimeZone;
use stepflow_store::Runs;

pub(crate) use self::completions::completions;
use crate::args::Command;
use crate::failure::Failure;
use crate::report::Report;
use crate::store;
use crate::times::Now;

/// What every command has at hand.
pub(crate) struct Desk {
    runs: Runs,
    now: Now,
}

impl Desk {
    pub(crate) async fn open(name: Option<&str>) -> Result<Self, Failure> {
        let store = store::open(name).await?;
        let at = store.now().await.map_err(store::unusable)?;
        Ok(Self { runs: Runs::new(store), now: Now { at, zone: TimeZone::system() } })
    }
}

pub(crate) async fn carry_out(desk: &Desk, command: Command) -> Result<Report, Failure> {
    match command {
        Command::Approve(args) => decide::decide(desk, args, true).await,
        Command::Cancel(args) => cancel::cancel(desk, args).await,
        Command::Completions(args) => completions(&args),
        Command::Delete(args) => remove::delete(desk, args).await,
        Command::Deny(args) => decide::decide(desk, args, false).await,
        Command::Fork(args) => fork::fork(desk, args).await,
        Command::Graph(args) => graph::graph(desk, args).await,
        Command::Pending(args) => pending::pending(desk, args).await,
        Command::Release(args) => release::release(desk, args).await,
        Command::Retry(args) => retry::retry(desk, args).await,
        Command::Runs(args) => runs::runs(desk, args).await,
        Command::Settle(args) => settle::settle(desk, args).await,
        Command::Show(args) => show::show(desk, args).await,
        Command::Sweep(args) => remove::sweep(desk, args).await,
    }
}
