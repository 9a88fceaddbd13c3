//! Observers of a run: a hook that keeps a log with times, and a closure that counts failures. They see
//! the state and never change the result.
//!
//! ```text
//! cargo run --example workflow_hooks
//! ```

use std::error::Error;

use stepflow::{BoxError, Run, WorkflowEvent, WorkflowHook, workflow};

struct Parcel {
    weight: f64,
    label: String,
}

struct ShipParcel {
    state: Parcel,
    printer_jams: u32,
}

#[workflow(state = Parcel)]
impl ShipParcel {
    #[step]
    fn weigh(&mut self) -> f64 {
        self.state.weight = 2.4;
        self.state.weight
    }

    #[step(retry = 2)]
    fn print_label(&mut self) -> Result<(), &'static str> {
        if self.printer_jams > 0 {
            self.printer_jams -= 1;
            return Err("the printer is jammed");
        }
        self.state.label = format!("PARCEL {:.1} kg", self.state.weight);
        Ok(())
    }
}

/// Numbers the events and writes them down.
#[derive(Default)]
struct Log {
    events: u32,
}

impl WorkflowHook for Log {
    fn on_event(&mut self, event: &WorkflowEvent<'_>) -> Result<(), BoxError> {
        self.events += 1;
        let weight = event.state::<Parcel>().map_or(0.0, |parcel| parcel.weight);
        let subject = event.step_name().unwrap_or_else(|| event.workflow_name());
        print!("  {}  {:<17} {subject:<12} {weight:.1} kg", self.events, event.kind().to_string());
        match event {
            WorkflowEvent::StepFinished(finished) => {
                println!("  {}, attempts: {}", finished.step().status(), finished.step().attempts());
            }
            WorkflowEvent::WorkflowFinished(finished) => println!("  {}", finished.record().status()),
            _ => println!(),
        }
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut retries = 0;
    let state = Parcel { weight: 0.0, label: String::new() };

    println!("What the log sees:");
    let result = Run::new(ShipParcel { state, printer_jams: 1 })
        .hook(Log::default())
        .on_event(|event| {
            if let WorkflowEvent::StepFinished(finished) = event {
                retries += finished.step().attempts().saturating_sub(1);
            }
        })
        .run()
        .into_result()?;

    println!("\nThe closure counted {retries} retry.");
    println!("The result is what it would be without them: {}, {:?}", result.status(), result.state.label);
    Ok(())
}
