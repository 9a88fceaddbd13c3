//! What `#[workflow]` writes for you, written by hand: a definition as a constant, and three traits.
//! Nothing here is hidden or special; a definition may as well be loaded at run time.
//!
//! ```text
//! cargo run --example hello_by_hand
//! ```

use std::borrow::Cow;
use std::error::Error;

use stepflow::{
    Blocking, BlockingWorkflow, DefinitionRef, RouteDefinition, Run, RunContext, StaticWorkflow,
    StepDefinition, StepOutcome, Target, Workflow, WorkflowDefinition,
};

struct Hello {
    state: String,
}

/// The steps, by position: 0 greets, 1 chooses, 2 adds more.
const HELLO: WorkflowDefinition = WorkflowDefinition {
    name: Cow::Borrowed("hello"),
    steps: Cow::Borrowed(&[
        StepDefinition::new("greet"),
        StepDefinition {
            name: Cow::Borrowed("measure"),
            routes: Cow::Borrowed(&[
                RouteDefinition::new("short", Target::Step(2)),
                RouteDefinition::new("long", Target::End),
            ]),
            ..StepDefinition::BLANK
        },
        StepDefinition::new("lengthen"),
    ]),
    ..WorkflowDefinition::BLANK
};

impl Workflow for Hello {
    type State = String;
    type Mode = Blocking;

    fn definition(&self) -> DefinitionRef {
        Self::DEFINITION.into()
    }

    fn state(&self) -> &String {
        &self.state
    }

    fn into_state(self) -> String {
        self.state
    }
}

impl StaticWorkflow for Hello {
    const DEFINITION: &'static WorkflowDefinition = &HELLO;
}

impl BlockingWorkflow for Hello {
    fn run_step(&mut self, step: usize, _ctx: &mut RunContext<'_>) -> StepOutcome {
        match step {
            0 => {
                self.state.insert_str(0, "Hello, ");
                StepOutcome::succeeded(())
            }
            1 => {
                let length = self.state.chars().count();
                StepOutcome::succeeded(length).routed(if length < 12 { "short" } else { "long" })
            }
            2 => {
                self.state.push_str(", and welcome");
                StepOutcome::succeeded(())
            }
            _ => StepOutcome::unknown_step(step),
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // The macro proves at compile time what this checks now; a run would do it as well.
    HELLO.check()?;
    for name in ["Ana", "everybody"] {
        let result = Run::new(Hello { state: name.to_owned() }).run().into_result()?;
        println!("{}", result.state);
        for step in result.steps() {
            let route = step.route_key().map(|key| format!("  route {key}")).unwrap_or_default();
            println!("  {:<9} {}{route}", step.name(), step.status());
        }
    }
    Ok(())
}
