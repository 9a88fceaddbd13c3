use clap::CommandFactory;

use crate::args::{Cli, CompletionsArgs};
use crate::failure::Failure;
use crate::report::Report;

pub(crate) fn completions(args: &CompletionsArgs) -> Result<Report, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "stepflow", &mut script);
    Ok(Report::text(String::from_utf8_lossy(&script).into_owned()))
}
