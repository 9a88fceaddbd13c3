//! Workflows inside workflows: a step runs a child, the child runs one of its own, and all the results
//! are found again in the parent's. A child that may fail is run another way and looked at by hand.
//!
//! ```text
//! cargo run --example workflow_composition
//! ```

use stepflow::{ChildWorkflowError, RunContext, RunRecord, workflow};

struct SearchLists {
    state: u32,
}

#[workflow(state = u32)]
impl SearchLists {
    #[step]
    fn search_sanctions(&mut self) {}
}

struct CheckIdentity {
    state: bool,
}

#[workflow(state = bool)]
impl CheckIdentity {
    #[step]
    fn read_passport(&mut self) {}

    #[step]
    fn search_lists(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
        self.state = ctx.run_child(SearchLists { state: 0 })?.state == 0;
        Ok(())
    }
}

struct CheckCredit {
    state: f64,
}

#[workflow(state = f64)]
impl CheckCredit {
    #[step]
    fn ask_bureau(&mut self) -> Result<(), &'static str> {
        Err("the bureau has no record")
    }

    #[step]
    fn set_limit(&mut self) {
        self.state = 5000.0;
    }
}

struct Customer {
    verified: bool,
    credit_limit: f64,
}

struct OpenAccount {
    state: Customer,
}

#[workflow(state = Customer)]
impl OpenAccount {
    /// `?` fails this step if the child fails.
    #[step]
    fn check_identity(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
        self.state.verified = ctx.run_child(CheckIdentity { state: false })?.state;
        Ok(())
    }

    /// This child may fail: then the customer begins without credit.
    #[step]
    fn check_credit(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
        let credit = ctx.child(CheckCredit { state: 0.0 }).keep_parent_running().run()?;
        self.state.credit_limit = if credit.is_succeeded() { credit.state } else { 0.0 };
        Ok(())
    }
}

fn print_tree(record: &RunRecord, indent: &str) {
    println!("{} {}", record.workflow_name(), record.status());
    for (nth, step) in record.steps().iter().enumerate() {
        let more = nth + 1 < record.steps().len();
        let why = step.error().map(|error| format!(": {error}")).unwrap_or_default();
        println!("{indent}{} {} {}{why}", if more { "├─" } else { "└─" }, step.name(), step.status());
        let below = format!("{indent}{}  ", if more { "│" } else { " " });
        for child in step.children() {
            print!("{below}└─ ");
            print_tree(child, &format!("{below}   "));
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let result =
        OpenAccount { state: Customer { verified: false, credit_limit: 0.0 } }.run().into_result()?;
    print_tree(result.record(), "");
    println!("\nverified: {}, credit limit: {:.2}", result.state.verified, result.state.credit_limit);
    Ok(())
}
