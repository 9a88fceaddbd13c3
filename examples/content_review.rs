//! A step that calls a service: time-outs are tried again, with twice the wait each time; a refusal is
//! final, because the retries name the errors that they are for.
//!
//! ```text
//! cargo run --example content_review
//! ```

use std::error::Error;

use stepflow::{Run, RunContext, workflow};

#[derive(Debug, thiserror::Error)]
enum ModerationError {
    #[error("the text is not allowed: {0}")]
    Refused(&'static str),
    #[error("the moderation service did not answer in time")]
    Timeout,
}

/// Stands for a service that is slow at first.
struct ModerationService {
    timeouts_left: u32,
}

impl ModerationService {
    fn check(&mut self, text: &str) -> Result<(), ModerationError> {
        if self.timeouts_left > 0 {
            self.timeouts_left -= 1;
            return Err(ModerationError::Timeout);
        }
        if text.contains("miracle") { Err(ModerationError::Refused("it promises miracles")) } else { Ok(()) }
    }
}

struct Article {
    text: &'static str,
    published: bool,
}

struct ContentReview {
    state: Article,
    service: ModerationService,
}

#[workflow(state = Article)]
impl ContentReview {
    #[step(retry(times = 3, delay = "20ms", backoff = exponential, on = ModerationError::Timeout))]
    fn moderate(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ModerationError> {
        let answer = self.service.check(self.state.text);
        let shown = answer.as_ref().map_or_else(ToString::to_string, |()| "allowed".to_owned());
        println!("  attempt {}: {shown}", ctx.attempt());
        answer
    }

    #[step]
    fn publish(&mut self) {
        self.state.published = true;
    }
}

fn review(text: &'static str, timeouts_left: u32) -> Run<'static, ContentReview> {
    let state = Article { text, published: false };
    Run::new(ContentReview { state, service: ModerationService { timeouts_left } })
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("An honest article, and two time-outs:");
    let result = review("Ten ways to water a cactus", 2).run().into_result()?;
    let moderate = &result.steps()[0];
    let waited = moderate.duration().unwrap_or_default().as_millis();
    println!("  moderate {} after {} attempts, in {waited} ms", moderate.status(), moderate.attempts());
    println!("  published: {}\n", result.state.published);

    println!("An article that is refused:");
    let result = review("The miracle cactus", 0).run();
    for step in result.steps() {
        let reason = step.skip_reason().map(|reason| format!(": {reason}")).unwrap_or_default();
        println!("  {} {}{reason}", step.name(), step.status());
    }
    println!("  published: {}", result.state.published);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn waits_double_and_the_fourth_time_out_is_the_last() {
        let waits = Mutex::new(vec![]);
        let run = review("Water", 4).sleep_with(|wait| waits.lock().unwrap().push(wait.as_millis()));
        assert!(run.run().is_failed());
        assert_eq!(*waits.lock().unwrap(), [20, 40, 80]);
    }
}
