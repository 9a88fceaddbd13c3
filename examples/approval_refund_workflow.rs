//! A person decides before money moves: the handler sees the question, its metadata and the state, and
//! what it answers is kept in the step's result.
//!
//! ```text
//! cargo run --example approval_refund_workflow
//! ```

use std::error::Error;

use stepflow::{ApprovalDecision, ApprovalRequest, Run, workflow};

#[derive(serde::Serialize, serde::Deserialize)]
struct Refund {
    customer: String,
    amount: f64,
    reply: String,
}

struct ApprovalRefund {
    state: Refund,
}

#[workflow(state = Refund)]
impl ApprovalRefund {
    #[step]
    fn check_order(&mut self) {}

    #[step(approval(message = "Pay this refund?", metadata = { team: "payments", limit: 500 }))]
    fn pay(&mut self) {
        let Refund { customer, amount, reply } = &mut self.state;
        *reply = format!("Dear {customer}, {amount:.2} is on its way back to you.");
    }
}

/// Stands for the person. A handler may also ask in a terminal, a chat or on a page, and wait.
fn clerk(request: &ApprovalRequest<'_>) -> Result<ApprovalDecision, Box<dyn Error + Send + Sync>> {
    let refund: &Refund = request.state().ok_or("this clerk decides about refunds only")?;
    let limit = request.metadata()["limit"].as_f64().unwrap_or(0.0);
    println!("  asked     {} ({})", request.message().unwrap_or("Go on?"), request.step_name());
    for (key, value) in request.metadata() {
        println!("            {key}: {value}");
    }
    let decision = if refund.amount <= limit {
        ApprovalDecision::approve().because("the receipt is fine")
    } else {
        ApprovalDecision::deny().because("over the limit").with_metadata("call", "the branch office")
    };
    Ok(decision.by("noor"))
}

fn main() -> Result<(), Box<dyn Error>> {
    for (customer, amount) in [("Ana", 120.0), ("Bashir", 900.0)] {
        println!("{customer} asks for {amount:.2}");
        let state = Refund { customer: customer.to_owned(), amount, reply: String::new() };
        let result = Run::new(ApprovalRefund { state }).on_approval(clerk).run();

        let pay = result.step("pay").ok_or("the workflow has a step `pay`")?;
        if let Some(decision) = pay.approval_decision() {
            let answer = if decision.approved { "yes" } else { "no" };
            let (who, why) = (decision.decided_by.as_deref(), decision.reason.as_deref());
            println!("  answered  {answer}, by {}: {}", who.unwrap_or("nobody"), why.unwrap_or("no reason"));
            for (key, value) in &decision.metadata {
                println!("            {key}: {value}");
            }
        }
        println!("  pay       {}, attempts: {}", pay.status(), pay.attempts());
        match result.error() {
            None => println!("  reply     {}\n", result.state.reply),
            Some(error) => println!("  error     {error}\n"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use stepflow::testing::{Approvals, Boundaries, Faulty, assert_path};

    fn refund(amount: f64) -> Refund {
        Refund { customer: "Ana".to_owned(), amount, reply: String::new() }
    }

    #[test]
    fn nobody_is_asked_about_an_order_that_is_not_there() {
        let found = Faulty::new(ApprovalRefund { state: refund(120.0) });
        let missing = found.fail(ApprovalRefund::CHECK_ORDER, 1, || "no such order");
        let approvals = Approvals::script([(ApprovalRefund::PAY, true)]);
        let result = Run::new(missing).approval_handler(&approvals).run();
        assert_path!(result, check_order);
        assert_eq!(approvals.unasked(), ["pay"]);
    }

    #[test]
    fn a_refund_may_be_broken_off_anywhere() -> Result<(), Box<dyn Error>> {
        let approvals = Approvals::script([(ApprovalRefund::PAY, true)]);
        Boundaries::of(|state| ApprovalRefund { state }).approvals(approvals).check(refund(120.0))?;
        Ok(())
    }
}
