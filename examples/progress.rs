//! A hook that shows how far a run is: a bar on a terminal, with a line for each step above it,
//! and nothing but the lines where there is no terminal, as in CI.
//!
//! ```text
//! cargo run --example progress
//! ```

use std::error::Error;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use stepflow::{BoxError, Run, RunContext, StaticWorkflow, StepStatus, WorkflowDefinition};
use stepflow::{WorkflowEvent, WorkflowHook, workflow};

#[derive(Clone, Copy, Serialize)]
enum Prices {
    Changed,
    Same,
}

struct NightlyImport {
    state: Prices,
}

#[workflow(state = Prices)]
impl NightlyImport {
    #[step(retry(times = 2, delay = "100ms"))]
    async fn download(&mut self, ctx: &mut RunContext<'_>) -> Result<(), &'static str> {
        ctx.sleep(Duration::from_millis(40)).await;
        if ctx.attempt() == 1 { Err("the connection was reset") } else { Ok(()) }
    }

    #[step(routes = { Prices::Changed => convert, Prices::Same => report })]
    fn compare(&self) -> Prices {
        self.state
    }

    #[step]
    async fn convert(&mut self, ctx: &mut RunContext<'_>) {
        ctx.sleep(Duration::from_millis(80)).await;
    }

    #[step]
    fn store(&mut self) {}

    #[step]
    fn report(&mut self) {}
}

/// Shows one workflow, without the children that it runs. Steps that are jumped over count as done.
struct Progress {
    workflow: &'static WorkflowDefinition,
    bar: ProgressBar,
}

impl Progress {
    fn of<W: StaticWorkflow>() -> Result<Self, Box<dyn Error>> {
        let steps = W::DEFINITION.steps.len() as u64;
        // A bar is hidden where its output is no terminal; what `suspend` prints is not.
        let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::stdout())
            .with_style(ProgressStyle::with_template("{bar:25} {pos}/{len} {msg}")?);
        Ok(Self { workflow: W::DEFINITION, bar })
    }
}

impl WorkflowHook for Progress {
    fn on_event(&mut self, event: &WorkflowEvent<'_>) -> Result<(), BoxError> {
        match event {
            _ if event.workflow_name() != self.workflow.name => {}
            WorkflowEvent::StepStarted(started) => self.bar.set_message(started.step_name().to_owned()),
            WorkflowEvent::StepFinished(finished) => {
                let (step, all) = (finished.step(), self.workflow.steps.len());
                let done = self.workflow.step_index(step.name()).map_or(all, |index| index + 1);
                self.bar.set_position(done as u64);
                // Retries have no events: the finished step says how many there were.
                let retries = step.attempts().saturating_sub(1);
                let line = format!("[{done}/{all}] {} {}, retries: {retries}", step.name(), step.status());
                self.bar.suspend(|| println!("{line}"));
            }
            WorkflowEvent::WorkflowFinished(finished) => {
                self.bar.finish_and_clear();
                let steps = finished.record().steps().iter();
                let skipped = steps.filter(|step| step.status() == StepStatus::Skipped).count();
                println!("{} {}, skipped: {skipped}", event.workflow_name(), finished.record().status());
            }
            _ => {}
        }
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    for prices in [Prices::Changed, Prices::Same] {
        let progress = Progress::of::<NightlyImport>()?;
        Run::new(NightlyImport { state: prices }).hook(progress).run().await.into_result()?;
    }
    Ok(())
}
