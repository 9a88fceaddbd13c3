//! A linear workflow over real records: check the order, check the policy, pay, write the reply. Each
//! step changes the shared state; the first one that fails ends the run, and its error says why.
//!
//! ```text
//! cargo run --example refund_workflow                        the sample, examples/data/refunds.jsonl
//! cargo run --example refund_workflow -- my_refunds.jsonl    a file with one JSON object a line
//! cargo run --example refund_workflow -- -                   standard input
//! ```

use std::process::ExitCode;

use serde::Deserialize;
use stepflow::workflow;
use stepflow_examples::for_each_record;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    order_id: String,
    customer: String,
    paid: f64,
    asked: f64,
    days_since_purchase: u32,
}

struct Refund {
    request: Request,
    refunded: f64,
    reply: String,
}

#[derive(Debug, thiserror::Error)]
enum RefundError {
    #[error("asks for {asked:.2}, and {paid:.2} was paid")]
    MoreThanPaid { asked: f64, paid: f64 },
    #[error("asks for nothing")]
    Nothing,
    #[error("bought {days} days ago, and refunds end after 30")]
    TooLate { days: u32 },
}

struct RefundWorkflow {
    state: Refund,
}

#[workflow(state = Refund)]
impl RefundWorkflow {
    #[step]
    fn check_order(&mut self) -> Result<(), RefundError> {
        match self.state.request {
            Request { asked, .. } if asked <= 0.0 => Err(RefundError::Nothing),
            Request { asked, paid, .. } if asked > paid => Err(RefundError::MoreThanPaid { asked, paid }),
            _ => Ok(()),
        }
    }

    #[step]
    fn check_policy(&mut self) -> Result<(), RefundError> {
        let days = self.state.request.days_since_purchase;
        if days > 30 { Err(RefundError::TooLate { days }) } else { Ok(()) }
    }

    #[step]
    fn pay(&mut self) {
        self.state.refunded = self.state.request.asked;
    }

    #[step]
    fn write_reply(&mut self) {
        let name = self.state.request.customer.split(' ').next().unwrap_or("customer");
        self.state.reply = format!("Dear {name}, {:.2} is on its way back to you.", self.state.refunded);
    }
}

fn main() -> ExitCode {
    for_each_record(include_str!("data/refunds.jsonl"), |request: Request| {
        print!("{:<8} {:<16} {:>8.2}  ", request.order_id, request.customer, request.asked);
        let result = RefundWorkflow { state: Refund { request, refunded: 0.0, reply: String::new() } }.run();
        match result.steps().iter().find_map(|step| Some((step.name(), step.error()?))) {
            None => println!("refunded  {}", result.state.reply),
            Some((step, error)) => println!("refused   {step}: {error}"),
        }
        result.is_succeeded()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_request_is_refused_and_nothing_is_paid() {
        let line = r#"{"order_id":"A-1","customer":"Ana","paid":9,"asked":9,"days_since_purchase":31}"#;
        let request = serde_json::from_str(line).expect("the line is a request");
        let result = RefundWorkflow { state: Refund { request, refunded: 0.0, reply: String::new() } }.run();
        let error = result.step("check_policy").and_then(|step| step.error()?.downcast_ref());
        assert!(matches!(error, Some(RefundError::TooLate { days: 31 })));
        assert_eq!(result.state.refunded, 0.0);
    }
}
