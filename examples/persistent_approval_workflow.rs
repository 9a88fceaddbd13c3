//! A run that waits for a person in a file, and goes on in another process.
//!
//! ```text
//! cargo run --example persistent_approval_workflow -- start FILE            runs up to the gate
//! cargo run --example persistent_approval_workflow -- approve FILE          goes on
//! cargo run --example persistent_approval_workflow -- deny FILE [REASON]    goes on another way
//! cargo run --example persistent_approval_workflow                          all of it, one after another
//! ```

use std::process::{Command, ExitCode, id};
use std::{error::Error, fs, path::Path};

use serde::{Deserialize, Serialize};
use stepflow::{ApprovalDecision, Run, StepResult, WorkflowResult, workflow};
use stepflow_examples::{change_once, exit_code, write_safely};

#[derive(Serialize, Deserialize)]
struct Refund {
    amount: f64,
    reply: String,
}

struct PersistentRefund {
    state: Refund,
}

#[workflow(state = Refund)]
impl PersistentRefund {
    #[step]
    fn check_order(&mut self) {
        println!("process {}: check_order runs", id());
    }

    #[step(approval(message = "Pay this refund?", on_deny = regret), next = END)]
    fn pay(&mut self) {
        println!("process {}: pay sends {:.2}", id(), self.state.amount);
        self.state.reply = "Your money is on its way.".to_owned();
    }

    #[step]
    fn regret(&mut self) {
        self.state.reply = "We are sorry, this cannot be refunded.".to_owned();
    }
}

fn start(file: &Path) -> Result<(), Box<dyn Error>> {
    let in_use = file.metadata().is_ok_and(|metadata| metadata.len() > 0);
    if in_use && WorkflowResult::<Refund>::from_checkpoint(&fs::read_to_string(file)?)?.is_paused() {
        return Err(format!("another refund waits in `{}`", file.display()).into());
    }
    let state = Refund { amount: 120.0, reply: String::new() };
    let result = Run::new(PersistentRefund { state }).pause_on_approval().run();
    write_safely(file, &result.to_checkpoint()?)?;
    println!("process {}: {}, and waits in a file", id(), result.status());
    Ok(())
}

fn decide(file: &Path, decision: ApprovalDecision) -> Result<(), Box<dyn Error>> {
    change_once(file, |checkpoint| {
        let kept = WorkflowResult::<Refund>::from_checkpoint(checkpoint)?;
        if let Some(first) = kept.step("pay").and_then(StepResult::approval_decision) {
            let answer = if first.approved { "approved" } else { "denied" };
            let reason = first.reason.as_deref().unwrap_or("no reason given");
            return Err(format!("this refund was {answer} already ({reason})").into());
        }
        let result = kept.resume(|state| PersistentRefund { state }, decision)?.run();
        println!("process {}: {}. {}", id(), result.status(), result.state.reply);
        Ok(result.to_checkpoint()?)
    })
}

/// Plays the story, each scene in a process of its own.
fn play() -> Result<(), Box<dyn Error>> {
    let (folder, program) = (tempfile::tempdir()?, std::env::current_exe()?);
    for scene in ["start refund", "approve refund", "start refund", "deny refund late", "approve refund"] {
        println!("$ persistent_approval_workflow {scene}");
        Command::new(&program).current_dir(&folder).args(scene.split(' ')).status()?;
        println!();
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    exit_code(match arguments.as_slice() {
        [] => play(),
        [verb, file] if verb == "start" => start(file.as_ref()),
        [verb, file] if verb == "approve" => decide(file.as_ref(), true.into()),
        [verb, file, reason @ ..] if verb == "deny" && reason.len() < 2 => {
            let reason = reason.first().map(|reason| reason.to_string_lossy().into_owned());
            decide(file.as_ref(), ApprovalDecision { reason, ..false.into() })
        }
        _ => {
            eprintln!("usage: persistent_approval_workflow [start FILE | approve FILE | deny FILE [REASON]]");
            return ExitCode::from(2);
        }
    })
}
