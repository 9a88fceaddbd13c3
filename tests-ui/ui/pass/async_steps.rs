//! Async steps among others; one name, `run`, for both kinds of workflow.

use std::future::{Future, ready};
use std::time::Duration;
use stepflow::{Async, Run, RunContext, StaticWorkflow, Workflow, workflow};
use tokio::task::yield_now;

const LIMIT: Duration = Duration::from_secs(60);

#[derive(Debug, thiserror::Error)]
enum ToolError {
    #[error("busy")]
    Busy,
    #[error("broken")]
    Broken,
}

type Answer = Result<String, ToolError>;

struct Agent {
    state: Vec<String>,
    failures: u32,
}

#[workflow(state = Vec<String>, retry(times = 1, timeouts = false, on = ToolError::Busy))]
impl Agent {
    /// Starts.
    #[step]
    fn begin(&mut self) -> usize {
        self.log("begin");
        self.state.len()
    }

    /// Asks a tool.
    #[step(timeout = LIMIT, retry(timeouts = true, budget = "1h"), routes = { "yes" => thank, key = "other", _ => END })]
    pub async fn ask(&mut self, ctx: &mut RunContext<'_>) -> Answer {
        self.log_later(&format!("ask {}", ctx.attempt())).await;
        if self.failures > 0 {
            self.failures -= 1;
            return Err(ToolError::Busy);
        }
        yield_now().await;
        Ok("yes".to_owned())
    }

    #[step(after = "1ns", on_failure = END)]
    #[inline]
    async fn thank(&self) -> Result<(), ToolError> {
        ready(()).await;
        assert!(!self.state.is_empty());
        Err(ToolError::Broken)
    }

    #[step(approval = "Sure?")]
    fn finish(&mut self) {
        self.log("finish");
    }

    fn log(&mut self, text: &str) {
        self.state.push(text.to_owned());
    }

    async fn log_later(&mut self, text: &str) {
        yield_now().await;
        self.log(text);
    }

    /// Neither a step nor `Send`.
    async fn unsendable() -> u32 {
        let shared = std::rc::Rc::new(7);
        yield_now().await;
        *shared
    }
}

/// A method `run` of the user's own is kept.
struct Own {
    state: u8,
}

#[workflow(state = u8)]
impl Own {
    #[step]
    async fn only(&mut self) -> ! {
        panic!("nobody calls it")
    }

    async fn run(self) -> u8 {
        self.state
    }
}

fn is_async<W: Workflow<Mode = Async>>() {}

fn is_send(future: impl Future + Send) {
    drop(future);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    is_async::<Agent>();
    let agent = |failures| Agent { state: Vec::new(), failures };
    is_send(agent(0).run());
    is_send(Run::new(agent(0)).on_approval(|_| true).run());

    let result = tokio::spawn(agent(1).run()).await.unwrap();
    assert!(result.is_succeeded(), "{:?}", result.error());
    assert_eq!(result.state, ["begin", "ask 1", "ask 2"]);
    assert_eq!(*result.output(Agent::BEGIN).unwrap(), 1);
    assert_eq!(*result.output(Agent::ASK).unwrap(), "yes");
    assert!(result.step("thank").unwrap().error().is_some());

    let steps = &Agent::DEFINITION.steps;
    assert_eq!(steps[1].timeout, Some(LIMIT));
    assert_eq!(steps[1].retry.timeouts, Some(true));
    assert_eq!(steps[2].after, Some(Duration::from_nanos(1)));
    assert_eq!(Agent::graph().nodes.len(), 5);

    // Steps stay plain methods.
    let mut by_hand = agent(0);
    by_hand.log_later("by hand").await;
    assert!(by_hand.thank().await.is_err());
    assert_eq!(Agent::unsendable().await, 7);
    assert_eq!(Own { state: 3 }.run().await, 3);
}
