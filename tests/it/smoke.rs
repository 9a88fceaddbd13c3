use stepflow::{RunContext, Run, workflow, ApprovalDecision, WorkflowResult};
use serde::{Serialize, Deserialize};
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct RefundState { order_id: String, amount: f64, order_found: bool, response: String }
#[derive(Debug, Serialize)]
enum Verdict { Approve, Deny }
#[derive(Debug, thiserror::Error)]
enum PayError { #[error("timed out")] Timeout, #[error("no")] #[allow(dead_code)] Other }
struct RefundWorkflow { state: RefundState, fails: u32 }

#[workflow(state = RefundState, retry(times = 2, delay = "50ms"))]
impl RefundWorkflow {
    /// Looks the order up.
    #[step]
    fn check_order(&mut self) -> String {
        self.state.order_found = true;
        format!("Order {} located.", self.state.order_id)
    }
    #[step(routes = { Verdict::Approve => pay, Verdict::Deny => deny })]
    fn decide(&mut self) -> Verdict {
        if self.state.amount <= 100.0 { Verdict::Approve } else { Verdict::Deny }
    }
    #[step(approval = "Pay this refund?", next = END, retry(times = 3, on = PayError::Timeout))]
    fn pay(&mut self, ctx: &mut RunContext<'_>) -> Result<(), PayError> {
        assert!(ctx.idempotency_key().ends_with("/pay/1"));
        if self.fails > 0 { self.fails -= 1; return Err(PayError::Timeout) }
        self.state.response = "paid".into();
        Ok(())
    }
    #[step]
    fn deny(&mut self) { self.state.response = "Refund denied.".into(); }
}

#[test]
fn smoke() {
    let w = RefundWorkflow { state: RefundState { amount: 20.0, ..Default::default() }, fails: 2 };
    let paused = Run::new(w).pause_on_approval().run();
    println!("{}", serde_json::to_string_pretty(&paused).unwrap());
    let text = paused.to_checkpoint().unwrap();
    let paused = WorkflowResult::<RefundState>::from_checkpoint(&text).unwrap();
    assert_eq!(paused.output(RefundWorkflow::CHECK_ORDER).unwrap(), "Order  located.");
    let result = paused.resume(|state| RefundWorkflow { state, fails: 2 }, ApprovalDecision::approve().by("ana")).unwrap().sleep_with(|_| ()).run();
    println!("{:#?}", result);
    assert_eq!(result.state.response, "paid");
    assert_eq!(result.output(RefundWorkflow::PAY).unwrap(), &());
    println!("{}", RefundWorkflow::graph().to_mermaid());
}
