//! One step decides, and its answer is the route: pay, ask a colleague, or end at once. The compiler
//! checks that every variant of the enum leads somewhere.
//!
//! ```text
//! cargo run --example branching_refund_workflow
//! ```

use serde::Serialize;
use stepflow::workflow;

#[derive(Clone, Copy, Serialize)]
enum Verdict {
    Approve,
    Duplicate,
    Review,
}

struct Refund {
    amount: f64,
    paid_before: bool,
    reply: &'static str,
}

struct BranchingRefund {
    state: Refund,
}

#[workflow(state = Refund)]
impl BranchingRefund {
    #[step(routes = {
        Verdict::Approve => pay,
        Verdict::Duplicate => END,
        Verdict::Review => ask_colleague,
    })]
    fn decide(&mut self) -> Verdict {
        match self.state {
            Refund { paid_before: true, .. } => Verdict::Duplicate,
            Refund { amount, .. } if amount <= 100.0 => Verdict::Approve,
            _ => Verdict::Review,
        }
    }

    /// Without `next`, the step below would come after this one.
    #[step(next = END)]
    fn pay(&mut self) {
        self.state.reply = "Your refund is on its way.";
    }

    #[step]
    fn ask_colleague(&mut self) {
        self.state.reply = "A colleague will look at your refund.";
    }
}

fn main() {
    for (title, amount, paid_before) in [
        ("A small refund", 40.0, false),
        ("A large refund", 900.0, false),
        ("The same refund again", 40.0, true),
    ] {
        let state = Refund { amount, paid_before, reply: "Nothing is left to refund." };
        let result = BranchingRefund { state }.run();

        println!("{title}: {amount:.2}");
        for route in result.route_trace() {
            let next = route.next_step().unwrap_or("END");
            println!("  route  {} returned {}, which leads to {next}", route.step_name(), route.route_key());
        }
        for step in result.steps() {
            let reason = step.skip_reason().map(|reason| format!(": {reason}")).unwrap_or_default();
            println!("  step   {:<14} {}{reason}", step.name(), step.status());
        }
        println!("  reply  {}\n", result.state.reply);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duplicate_ends_at_once() {
        let result = BranchingRefund { state: Refund { amount: 40.0, paid_before: true, reply: "" } }.run();
        assert!(result.is_succeeded());
        assert!(result.route_trace()[0].ended());
        assert_eq!(result.step("pay").map(|step| step.attempts()), Some(0));
    }
}
