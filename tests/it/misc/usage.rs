//! Small things that a user does.

use std::time::Duration;

use stepflow::{Clock, Run, Timestamp, WorkflowResult, workflow};

struct Greeting {
    state: Vec<String>,
}

#[workflow(state = Vec<String>)]
impl Greeting {
    #[step]
    fn greet(&mut self) {
        self.state.push("hello".to_owned());
    }

    /// The user's own: the macro leaves it alone.
    fn run(self, to: &str) -> WorkflowResult<Vec<String>> {
        let mut result = Run::new(self).run();
        result.state.push(to.to_owned());
        result
    }
}

#[test]
fn a_run_that_the_user_wrote_is_kept() {
    assert_eq!(Greeting { state: vec![] }.run("world").state, ["hello", "world"]);
}

#[test]
fn hooks_and_handlers_may_borrow_from_around_the_run() {
    let mut seen = Vec::new();
    let words = String::from("seen");
    let result = Run::new(Greeting { state: vec![] })
        .on_event(|event| seen.push(format!("{words} {}", event.kind())))
        .run();
    assert_eq!(seen.len(), 4);
    assert_eq!(seen[0], "seen WorkflowStarted");
    assert!(result.is_succeeded());
}

/// Every look is a second after the last.
#[derive(Default)]
struct Ticking(std::sync::atomic::AtomicU64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_000).unwrap()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_secs(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
    }
}

#[test]
fn times_come_from_the_clock_that_the_run_is_given() {
    let result = Run::new(Greeting { state: vec![] }).clock(Ticking::default()).run();
    assert_eq!(result.started_at(), Timestamp::from_second(1_000).unwrap());
    let step = &result.steps()[0];
    assert_eq!(step.started_at().unwrap(), result.started_at());
    assert_eq!(step.duration(), Some(Duration::from_secs(1)));
    assert_eq!(result.duration(), Duration::from_secs(1));
}

#[derive(Debug, thiserror::Error)]
enum Post {
    #[error("full")]
    Full,
    #[error("lost")]
    Lost,
}

/// Steps of three error types under one filter of the workflow's.
struct Mixed {
    state: u32,
    at: &'static str,
    lost: bool,
}

impl Mixed {
    fn post(&mut self, step: &str) -> Result<(), Post> {
        self.state += 1;
        match (self.at == step, self.lost) {
            (true, true) => Err(Post::Lost),
            (true, false) => Err(Post::Full),
            _ => Ok(()),
        }
    }
}

#[workflow(state = u32, retry(times = 2, on = Post::Full))]
impl Mixed {
    #[step]
    fn first(&mut self) -> Result<(), Post> {
        self.post("first")
    }

    #[step]
    fn second(&mut self) -> Result<(), String> {
        self.post("second").map_err(|error| error.to_string())
    }

    #[step(retry(when = text_is_full))]
    fn third(&mut self) -> Result<(), String> {
        self.post("third").map_err(|error| error.to_string())
    }

    #[step]
    fn last(&mut self) {}
}

fn text_is_full(error: &String) -> bool {
    error == "full"
}

#[test]
fn a_filter_of_the_workflow_holds_for_errors_of_its_type() {
    for (at, lost, attempts) in [
        ("first", false, 3),
        ("first", true, 1),
        // Another type is not what the filter names.
        ("second", false, 1),
        ("third", false, 3),
        ("third", true, 1),
    ] {
        let result = Mixed { state: 0, at, lost }.run();
        assert_eq!(result.step(at).unwrap().attempts(), attempts, "{at}, lost: {lost}");
    }
}

#[cfg(test)]
mod steps_under_cfg {
    use super::*;

    pub(super) struct Configured {
        pub(super) state: Vec<&'static str>,
    }

    #[workflow(state = Vec<&'static str>)]
    impl Configured {
        #[step]
        fn always(&mut self) {
            self.state.push("always");
        }

        #[cfg(any())]
        #[step]
        fn never(&mut self) {
            no_such_function();
        }

        #[cfg(test)]
        #[step]
        fn here(&mut self) {
            self.state.push("here");
        }
    }
}

#[test]
fn a_step_that_is_configured_away_is_no_step() {
    let result = steps_under_cfg::Configured { state: vec![] }.run();
    assert_eq!(result.state, ["always", "here"]);
    assert_eq!(result.steps().len(), 2);
}

#[test]
fn a_workflow_may_be_declared_inside_a_function() {
    struct Local<'a> {
        state: usize,
        words: &'a [&'a str],
    }

    #[workflow(state = usize)]
    impl<'a> Local<'a> {
        #[step]
        fn count(&mut self) -> usize {
            self.state = self.words.len();
            self.state
        }
    }

    let words = vec!["one", "two"];
    assert_eq!(Local { state: 0, words: &words }.run().state, 2);
}
