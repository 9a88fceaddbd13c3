//! Several workflows at once: a paper goes to four readers, at most three of whom read at a time, and their
//! marks come back in the order in which they were asked. At first every mark counts, and then one refusal is
//! enough: who still reads is stopped.
//!
//! ```text
//! cargo run --example parallel_review
//! ```

use std::time::Duration;

use stepflow::{ChildWorkflowError, RunContext, workflow};

/// Who reads, how long that takes, and what comes of it.
#[derive(Debug)]
struct Reader {
    name: &'static str,
    minutes: u64,
    mark: Result<u32, &'static str>,
}

fn readers() -> [Review; 4] {
    let reader = |name, minutes, mark| Review { state: Reader { name, minutes, mark } };
    [
        reader("Ana", 60, Ok(7)),
        reader("Bashir", 20, Err("the figures are missing")),
        reader("Chiara", 80, Ok(9)),
        reader("Dan", 30, Ok(8)),
    ]
}

struct Review {
    state: Reader,
}

#[workflow(state = Reader)]
impl Review {
    #[step]
    async fn read(&mut self, ctx: &mut RunContext<'_>) {
        println!("  {} begins", self.state.name);
        // A minute passes in a millisecond.
        ctx.sleep(Duration::from_millis(self.state.minutes)).await;
    }

    #[step]
    fn judge(&mut self) -> Result<u32, &'static str> {
        println!("  {} has read it", self.state.name);
        self.state.mark
    }
}

struct Paper {
    state: Vec<String>,
}

#[workflow(state = Vec<String>)]
impl Paper {
    /// Collects every answer, refusals too.
    #[step]
    async fn first_round(&mut self, ctx: &mut RunContext<'_>) {
        println!("First round:");
        let reviews = ctx.children().limit(3).run_all(readers()).await;
        for review in reviews {
            let answer = review.output(Review::JUDGE).map_or_else(|_| "no".to_owned(), u32::to_string);
            self.state.push(format!("{} says {answer}", review.state.name));
        }
    }

    /// Ends at the first refusal.
    #[step]
    async fn second_round(&mut self, ctx: &mut RunContext<'_>) -> Result<u32, ChildWorkflowError> {
        println!("\nSecond round:");
        let reviews = ctx.children().limit(3).run(readers()).await?;
        Ok(reviews.iter().filter_map(|review| review.output(Review::JUDGE).ok()).sum())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let result = Paper { state: vec![] }.run().await;

    println!("\nWhat came back in the first round: {}.", result.state.join(", "));
    for round in result.steps() {
        println!("\n{} {}:", round.name(), round.status());
        for (child, Review { state }) in round.children().iter().zip(readers()) {
            let why = child.error().map(|error| format!(": {error}")).unwrap_or_default();
            println!("  {} {}{why}", state.name, child.status());
        }
    }
    if let Some(error) = result.error() {
        println!("\nThe run {}: {error}.", result.status());
    }
}
