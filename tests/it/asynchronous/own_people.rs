//! A child with async hooks and an async handler of its own.

use std::sync::{Arc, Mutex};

use stepflow::{ApprovalDecision, ChildWorkflowError, Run, RunContext, workflow};

struct Payment {
    state: u32,
}

#[workflow(state = u32)]
impl Payment {
    #[step(approval = "Pay?")]
    async fn pay(&mut self) {
        self.state += 1;
    }
}

struct Order {
    state: u32,
    seen: Arc<Mutex<Vec<String>>>,
}

#[workflow(state = u32)]
impl Order {
    #[step]
    async fn settle(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
        let seen = Arc::clone(&self.seen);
        let paid = ctx
            .child(Payment { state: self.state })
            .on_event_async(move |event| {
                let (seen, text) = (Arc::clone(&seen), format!("{} {}", event.workflow_name(), event.kind()));
                async move {
                    tokio::task::yield_now().await;
                    seen.lock().unwrap().push(text);
                }
            })
            .on_approval_async(|request| {
                let asked = request.message().map(str::to_owned);
                async move {
                    tokio::task::yield_now().await;
                    ApprovalDecision::from(asked.as_deref() == Some("Pay?")).by("noor")
                }
            })
            .run()
            .await?;
        self.state = paid.state;
        Ok(())
    }
}

#[tokio::test]
async fn a_child_awaits_its_own_hooks_and_handler_and_not_its_parents() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut parents = Vec::new();
    let run = Run::new(Order { state: 6, seen: Arc::clone(&seen) });
    let run = run.on_event(|event| parents.push(event.workflow_name().to_owned()));
    let result = run.on_approval(|_| false).run().await.into_result().unwrap();
    assert_eq!(result.state, 7);
    let decision = result.steps()[0].children()[0].steps()[0].approval_decision().unwrap();
    assert_eq!(decision.decided_by.as_deref(), Some("noor"));
    drop(result);
    assert_eq!(
        *seen.lock().unwrap(),
        [
            "Payment WorkflowStarted",
            "Payment StepStarted",
            "Payment StepFinished",
            "Payment WorkflowFinished"
        ]
    );
    assert!(parents.iter().all(|name| name == "Order"), "{parents:?}");
}
