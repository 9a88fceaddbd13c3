//! An agent that waits for others: three tools called with time limits and retries, one of which never
//! answers and has a route for that, and a draft that goes through review until it is good enough.
//!
//! ```text
//! cargo run --example async_agent
//! ```

use std::error::Error;
use std::future::pending;
use std::time::Duration;

use serde::Serialize;
use stepflow::{RunContext, workflow};

#[derive(Serialize)]
enum Review {
    Good,
    TooLong,
}

/// What the agent has found out.
struct Agent {
    state: Vec<&'static str>,
}

#[workflow(state = Vec<&'static str>, max_visits = 3, retry(times = 2, delay = "5ms"))]
impl Agent {
    #[step(timeout = "50ms")]
    async fn find_order(&mut self, ctx: &mut RunContext<'_>) -> &'static str {
        // The first request gets lost.
        if called(ctx) == 1 {
            pending::<()>().await;
        }
        ctx.sleep(Duration::from_millis(10)).await;
        self.learn("order A-1041 left on Monday")
    }

    #[step(timeout = "50ms")]
    async fn read_policy(&mut self, ctx: &mut RunContext<'_>) -> Result<&'static str, &'static str> {
        let call = called(ctx);
        ctx.sleep(Duration::from_millis(10)).await;
        if call < 3 { Err("too many requests") } else { Ok(self.learn("parcels take up to five days")) }
    }

    #[step(timeout = "20ms", next = draft, on_failure = assume)]
    async fn track_parcel(&mut self, ctx: &mut RunContext<'_>) -> &'static str {
        called(ctx);
        pending().await
    }

    /// The carrier does not answer: the run goes on without it.
    #[step]
    fn assume(&mut self) -> &'static str {
        self.learn("the carrier is silent")
    }

    /// A step that waits for nothing may stand among those that do. Each draft leaves one fact out.
    #[step]
    fn draft(&mut self, ctx: &mut RunContext<'_>) -> String {
        if ctx.visit() > 1 {
            self.state.pop();
        }
        format!("Dear Ana, {}.", self.state.join(", "))
    }

    #[step(routes = { Review::TooLong => draft, Review::Good => END })]
    async fn review(&mut self, ctx: &mut RunContext<'_>) -> Review {
        ctx.sleep(Duration::from_millis(10)).await;
        if self.state.len() > 2 { Review::TooLong } else { Review::Good }
    }

    fn learn(&mut self, fact: &'static str) -> &'static str {
        self.state.push(fact);
        fact
    }
}

/// Says which tool is called, and for which time.
fn called(ctx: &RunContext<'_>) -> u32 {
    println!("  {}, attempt {}", ctx.step_name(), ctx.attempt());
    ctx.attempt()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    println!("The tools are called:");
    let result = Agent { state: vec![] }.run().await.into_result()?;

    println!("\nWhat came of each step, in the order in which they ran:");
    for step in result.path() {
        let output = step.output().map(|output| output.to_json()).transpose()?;
        let outcome = step.error().map(ToString::to_string).or_else(|| Some(output?.to_string()));
        let (name, visit, attempts) = (step.name(), step.visit(), step.attempts());
        println!("  {name:<12} visit {visit}, attempts {attempts}: {}", outcome.unwrap_or_default());
    }
    Ok(())
}
