//! The workflows that are measured. Their bodies do next to nothing, so that what is left is what a run
//! costs.
//!
//! Each is run in three ways: by stepflow, by the loop in [`by_hand`](crate::by_hand), and by calling
//! the methods one after the other.

use std::borrow::Cow;
use std::hint::black_box;

use serde::Serialize;
use stepflow::workflow;

use crate::by_hand::{ByHand, Called, Goal, Route, Step, Table, called};

/// A workflow whose steps run in a line, with `()` outputs.
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
                pub fn $step(&mut self) {
                    self.state = black_box(self.state + 1);
                }
            )+

            /// The bodies alone.
            pub fn bare(mut self) -> u64 {
                $(self.$step();)+
                self.state
            }
        }

        impl Table for $name {
            type State = u64;
            const NAME: &'static str = stringify!($name);
            const STEPS: &'static [Step] = &[$(Step::new(stringify!($step)),)+];

            fn into_state(self) -> u64 {
                self.state
            }
        }

        impl ByHand for $name {
            fn call(&mut self, step: usize) -> Called {
                match step {
                    $($index => called(self.$step()),)+
                    _ => Err(format!("there is no step {step}").into()),
                }
            }
        }
    };
}

line! {
    /// Three steps in a line.
    Three, 0 one 1 two 2 three
}

line! {
    /// Twenty steps in a line.
    Twenty,
    0 step_01 1 step_02 2 step_03 3 step_04 4 step_05 5 step_06 6 step_07 7 step_08 8 step_09 9 step_10
    10 step_11 11 step_12 12 step_13 13 step_14 14 step_15 15 step_16 16 step_17 17 step_18 18 step_19
    19 step_20
}

/// Where [`Branching`] goes.
#[derive(Debug, Clone, Copy, Serialize)]
pub enum Verdict {
    /// On to `approve`.
    Approve,
    /// On to `deny`.
    Deny,
}

/// Four steps, of which a run takes three: look, decide, then approve or deny.
#[derive(Debug)]
pub struct Branching {
    /// Which way the run goes: even numbers are approved.
    pub state: u64,
}

#[workflow(state = u64)]
impl Branching {
    /// Does as little as the other steps.
    #[step]
    pub fn look(&mut self) {
        self.state = black_box(self.state + 2);
    }

    /// Takes the way that the state says.
    #[step(routes = { Verdict::Approve => approve, Verdict::Deny => deny })]
    pub fn decide(&mut self) -> Verdict {
        if black_box(self.state).is_multiple_of(2) { Verdict::Approve } else { Verdict::Deny }
    }

    /// The one end.
    #[step(next = END)]
    pub fn approve(&mut self) {
        self.state = black_box(self.state + 1);
    }

    /// The other end.
    #[step]
    pub fn deny(&mut self) {
        self.state = black_box(self.state + 3);
    }

    /// The bodies alone.
    pub fn bare(mut self) -> u64 {
        self.look();
        match self.decide() {
            Verdict::Approve => self.approve(),
            Verdict::Deny => self.deny(),
        }
        self.state
    }
}

impl Table for Branching {
    type State = u64;
    const NAME: &'static str = "Branching";
    const STEPS: &'static [Step] = &[
        Step::new("look"),
        Step {
            routes: &[
                Route { key: "Approve", goal: Goal::Step(2) },
                Route { key: "Deny", goal: Goal::Step(3) },
            ],
            ..Step::new("decide")
        },
        Step { next: Some(Goal::End), ..Step::new("approve") },
        Step::new("deny"),
    ];

    fn into_state(self) -> u64 {
        self.state
    }
}

#[expect(clippy::unit_arg, reason = "`()` is an output like any other")]
impl ByHand for Branching {
    fn call(&mut self, step: usize) -> Called {
        match step {
            0 => called(self.look()),
            1 => {
                let verdict = self.decide();
                let key = match verdict {
                    Verdict::Approve => "Approve",
                    Verdict::Deny => "Deny",
                };
                Ok((Box::new(verdict), Some(Cow::Borrowed(key))))
            }
            2 => called(self.approve()),
            3 => called(self.deny()),
            _ => Err(format!("there is no step {step}").into()),
        }
    }
}
