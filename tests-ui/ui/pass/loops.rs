//! With `max_visits`, every target may lead anywhere.

use stepflow::{Run, StaticWorkflow, Target, WorkflowStatus, workflow};

const VISITS: u32 = 4;

struct Review {
    state: Vec<String>,
}

#[workflow(state = Vec<String>, max_visits = VISITS)]
impl Review {
    const MOST: usize = 3;

    #[step]
    fn write(&mut self) -> usize {
        self.state.push("write".to_owned());
        self.state.len()
    }

    #[step(routes = { true => publish, false => write }, on_failure = read)]
    fn read(&mut self) -> Result<bool, String> {
        self.state.push("read".to_owned());
        if self.state.len() == 2 { Err("unreadable".to_owned()) } else { Ok(self.state.len() > Self::MOST) }
    }

    #[step(approval(message = "Publish?", on_deny = write), next = END)]
    fn publish(&mut self) {
        self.state.push("publish".to_owned());
    }
}

/// A step may lead to itself, and a loop may be left by a failure alone.
struct Poll<const N: u32> {
    state: u32,
}

#[workflow(state = u32, max_visits = Self::MOST, retry(budget = "5s"))]
impl<const N: u32> Poll<N> {
    const MOST: u32 = N;

    #[step(next = poll)]
    fn poll(&mut self) {
        self.state += 1;
    }
}

fn main() {
    assert_eq!(Review::DEFINITION.max_visits, Some(4));
    assert_eq!(Review::DEFINITION.steps[1].on_failure, Some(Target::Step(1)));
    let mut answers = [false, true].into_iter();
    let result = Run::new(Review { state: Vec::new() }).on_approval(|_| answers.next().unwrap()).run();
    assert_eq!(result.status(), WorkflowStatus::Succeeded, "{:?}", result.error());
    assert_eq!(result.state, ["write", "read", "read", "write", "read", "write", "read", "publish"]);

    let result = Poll::<5> { state: 0 }.run();
    assert_eq!((result.status(), result.state), (WorkflowStatus::Failed, 5));
}
