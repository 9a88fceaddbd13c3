//! The strictest users see no warning from generated code.

#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unnameable_types,
    unused_qualifications,
    elided_lifetimes_in_paths,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unused_crate_dependencies,
    unused_lifetimes,
    unused_results,
    variant_size_differences,
    let_underscore_drop,
    clippy::all,
    clippy::pedantic,
    clippy::nursery
)]
#![allow(unused_crate_dependencies, reason = "the package of the tests has more than this file uses")]
#![allow(clippy::missing_const_for_fn, reason = "a step cannot be `const`")]
#![allow(clippy::needless_pass_by_ref_mut, reason = "a step's context is always mutable")]
#![forbid(unsafe_code)]

/// Refunds.
pub mod refunds {
    use serde::{Deserialize, Serialize};
    use stepflow::{RunContext, workflow};
    use thiserror::Error;

    /// What is known about a refund.
    #[derive(Debug, Default, Clone, Serialize, Deserialize)]
    pub struct RefundState {
        /// In cents.
        pub amount: u32,
    }

    /// What was decided.
    #[derive(Debug, Clone, Copy, Serialize)]
    pub enum Verdict {
        /// Pay.
        Approve,
        /// Do not.
        Deny,
    }

    /// Why a payment failed.
    #[derive(Debug, Error)]
    pub enum PayError {
        /// Worth another try.
        #[error("the bank did not answer")]
        Timeout,
        /// Final.
        #[error("the bank refused")]
        Refused,
    }

    /// Pays money back.
    #[derive(Debug, Default)]
    pub struct Refund {
        /// Its state.
        pub state: RefundState,
    }

    #[workflow(state = RefundState, name = "refund", retry(times = 2, delay = "1ns", on = PayError::Timeout))]
    impl Refund {
        /// Checks the amount.
        ///
        /// # Errors
        ///
        /// For no amount at all.
        #[step]
        pub fn check(&mut self) -> Result<u32, PayError> {
            self.state.amount += 1;
            if self.state.amount == 0 { Err(PayError::Refused) } else { Ok(self.state.amount) }
        }

        #[step(routes = { Verdict::Approve => pay, Verdict::Deny => deny })]
        fn decide(&mut self) -> Verdict {
            self.state.amount += 1;
            if self.state.amount < 100 { Verdict::Approve } else { Verdict::Deny }
        }

        #[step(
            approval(message = "Pay?", metadata = { team: "billing", limit: 100, tags: ["a", -1.5, null] }),
            next = END,
            retry(backoff = exponential, factor = 2.0, max_delay = "1s", jitter = true)
        )]
        fn pay(&mut self, context: &mut RunContext<'_>) -> Result<(), PayError> {
            self.state.amount += context.attempt();
            if self.state.amount == 0 { Err(PayError::Refused) } else { Ok(()) }
        }

        #[step(routes = { "again" => log, key = "other", _ => END })]
        fn deny(&mut self) -> &'static str {
            self.state.amount = 0;
            "done"
        }

        #[step]
        pub(crate) fn log(&mut self) {
            self.state.amount = 1;
        }
    }
}

/// Agents.
pub mod agents {
    use stepflow::{RunContext, workflow};

    /// Asks a tool until it is sure.
    #[derive(Debug, Default)]
    pub struct Agent {
        /// The answers so far.
        pub state: Vec<String>,
    }

    #[workflow(state = Vec<String>, max_visits = 3, retry(timeouts = false, budget = "1m"))]
    impl Agent {
        /// Prepares.
        #[step(after = "1ns")]
        pub fn prepare(&mut self) {
            self.state.clear();
        }

        /// Asks.
        ///
        /// # Errors
        ///
        /// When it has too many answers.
        #[step(timeout = "5s", on_failure = END)]
        pub async fn ask(&mut self, context: &mut RunContext<'_>) -> Result<usize, String> {
            std::future::ready(()).await;
            self.state.push(context.step_name().to_owned());
            if self.state.len() > 9 { Err("too many".to_owned()) } else { Ok(self.state.len()) }
        }

        #[step(routes = { true => END, false => ask })]
        async fn judge(&mut self) -> bool {
            std::future::ready(()).await;
            self.state.len() == 2
        }
    }
}

fn main() {
    drop(agents::Agent::default().run());
    assert_eq!(agents::Agent::graph().nodes.len(), 4);
    assert!(refunds::Refund::default().run().is_failed());
    assert_eq!(refunds::Refund::graph().nodes.len(), 6);
}
