//! A typed ticket finds its queue: two steps note what they find in the state, and the last one chooses
//! from that. It also asks the run's context where it is, to sign its choice.
//!
//! ```text
//! cargo run --example support_triage                        the sample, examples/data/tickets.jsonl
//! cargo run --example support_triage -- my_tickets.jsonl    a file with one JSON object a line
//! cargo run --example support_triage -- -                   standard input
//! ```

use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use stepflow::{RunContext, workflow};
use stepflow_examples::for_each_record;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ticket {
    id: String,
    business_plan: bool,
    subject: String,
    message: String,
}

#[derive(Debug, Clone, Copy, Serialize)]
enum Topic {
    Access,
    Billing,
    Defect,
    Question,
}

struct Triage {
    ticket: Ticket,
    topic: Topic,
    urgency: usize,
}

#[derive(Debug, thiserror::Error)]
#[error("the ticket has no message")]
struct NoMessage;

struct SupportTriage {
    state: Triage,
}

#[workflow(state = Triage)]
impl SupportTriage {
    #[step]
    fn detect_topic(&mut self) -> Result<Topic, NoMessage> {
        self.state.topic = match &self.state.ticket.message {
            message if message.trim().is_empty() => return Err(NoMessage),
            _ if self.count(&["log in", "login", "password"]) > 0 => Topic::Access,
            _ if self.count(&["invoice", "payment", "refund"]) > 0 => Topic::Billing,
            _ if self.count(&["crash", "error"]) > 0 => Topic::Defect,
            _ => Topic::Question,
        };
        Ok(self.state.topic)
    }

    #[step]
    fn score_urgency(&mut self) -> usize {
        self.state.urgency = 3 * self.count(&["urgent", "blocked", "all "]);
        self.state.urgency += if self.state.ticket.business_plan { 2 } else { 0 };
        self.state.urgency
    }

    #[step]
    fn choose_queue(&mut self, ctx: &mut RunContext<'_>) -> String {
        let when = if self.state.urgency >= 5 { "now" } else { "today" };
        format!("{:?}, {when} ({} of {})", self.state.topic, ctx.step_name(), ctx.workflow_name())
    }

    /// A helper without `#[step]` is left alone.
    fn count(&self, words: &[&str]) -> usize {
        let message = self.state.ticket.message.to_lowercase();
        words.iter().filter(|word| message.contains(**word)).count()
    }
}

fn main() -> ExitCode {
    for_each_record(include_str!("data/tickets.jsonl"), |ticket: Ticket| {
        println!("{}  {}", ticket.id, ticket.subject);
        let result = SupportTriage { state: Triage { ticket, topic: Topic::Question, urgency: 0 } }.run();
        for step in result.steps() {
            let output = step.output().map(|output| format!("{output:?}"));
            let error = step.error().map(ToString::to_string);
            let reason = step.skip_reason().map(|reason| reason.to_string());
            let found = output.or(error).or(reason).unwrap_or_default();
            println!("       {:<14} {:<10} {found}", step.name(), step.status());
        }
        result.is_succeeded()
    })
}
