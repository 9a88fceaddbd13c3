//! The workflows with async steps. What they await is ready at once, or gives way once: no timer and no
//! runtime is measured.

use std::future::{poll_fn, ready};
use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use stepflow::{RunContext, workflow};

use crate::by_hand::awaited::Awaited;
use crate::by_hand::{Called, Step, Table, called};

/// A workflow whose steps run in a line and await what is ready, with `()` outputs.
macro_rules! line {
    ($(#[$doc:meta])* $name:ident, $($index:literal $step:ident)+) => {
        $(#[$doc])*
        #[derive(Debug, Default)]
        pub struct $name {
            /// What the steps share.
            pub state: u64,
        }

        #[workflow(state = u64)]
        impl $name {
            $(
                /// Adds one.
                #[step]
                pub async fn $step(&mut self) {
                    self.state = ready(black_box(self.state + 1)).await;
                }
            )+
        }

        impl Table for $name {
            type State = u64;
            const NAME: &'static str = stringify!($name);
            const STEPS: &'static [Step] = &[$(Step::new(stringify!($step)),)+];

            fn into_state(self) -> u64 {
                self.state
            }
        }

        impl Awaited for $name {
            async fn call(&mut self, step: usize) -> Called {
                match step {
                    $($index => called(self.$step().await),)+
                    _ => Err(format!("there is no step {step}").into()),
                }
            }
        }
    };
}

line! {
    /// Three async steps in a line.
    Three, 0 one 1 two 2 three
}

line! {
    /// Twenty async steps in a line.
    Twenty,
    0 step_01 1 step_02 2 step_03 3 step_04 4 step_05 5 step_06 6 step_07 7 step_08 8 step_09 9 step_10
    10 step_11 11 step_12 12 step_13 13 step_14 14 step_15 15 step_16 16 step_17 17 step_18 18 step_19
    19 step_20
}

/// What a [`Parcel`] carries while it is under way, in bytes.
pub const LOAD: usize = 10_000;

/// A child with a large state, which it drops at its end.
#[derive(Debug, Default)]
pub struct Parcel {
    /// What it carries.
    pub state: Vec<u8>,
}

#[workflow(state = Vec<u8>)]
impl Parcel {
    /// Takes the load, and lets others go on.
    #[step]
    pub async fn load(&mut self) {
        self.state = vec![1; LOAD];
        give_way().await;
    }

    /// Leaves it.
    #[step]
    pub async fn deliver(&mut self) -> u64 {
        std::mem::take(&mut self.state).into_iter().map(u64::from).sum()
    }
}

/// Sends many parcels.
#[derive(Debug)]
pub struct FanOut {
    /// How many parcels arrived.
    pub state: usize,
    /// How many parcels there are.
    pub parcels: usize,
    /// How many may be under way at once.
    pub limit: usize,
}

#[workflow(state = usize)]
impl FanOut {
    /// Sends them.
    #[step]
    pub async fn send(&mut self, ctx: &mut RunContext<'_>) {
        let parcels = (0..self.parcels).map(|_| Parcel::default());
        self.state = ctx.children().limit(self.limit).run_all(parcels).await.len();
    }
}

async fn give_way() {
    let mut given = false;
    poll_fn(|context| {
        if std::mem::replace(&mut given, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Polls a future until it is ready. It is pinned by the caller, so that moving it is not measured.
pub fn block_on<F: Future>(mut future: Pin<&mut F>) -> F::Output {
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use stepflow::{StepStatus, WorkflowResult};

    use super::*;
    use crate::by_hand::{self, Status};

    /// The yardstick is one only as long as it tells the same story.
    fn check<W: Awaited<State = u64>>(by_hand: W, run: &WorkflowResult<u64>) {
        let other = block_on(pin!(by_hand::awaited::run(by_hand)));
        assert_eq!(other.workflow_name, run.workflow_name());
        assert_eq!(other.state, run.state);
        assert_eq!(other.steps.len(), run.steps().len());
        for (step, other) in run.steps().iter().zip(&other.steps) {
            assert_eq!(other.name, step.name());
            assert_eq!(other.status == Status::Succeeded, step.status() == StepStatus::Succeeded);
            assert_eq!(other.attempts, step.attempts());
            assert_eq!(Some(other.sequence), step.sequence());
            assert_eq!(other.started > 0, step.duration().is_some());
        }
    }

    #[test]
    fn both_record_the_same() {
        check(Three::default(), &block_on(pin!(Three::default().run())));
        check(Twenty::default(), &block_on(pin!(Twenty::default().run())));
    }

    #[test]
    fn every_parcel_arrives() {
        let result = block_on(pin!(FanOut { state: 0, parcels: 200, limit: 8 }.run()));
        assert_eq!(result.state, 200);
        assert_eq!(result.steps()[0].children().len(), 200);
    }
}
