//! What tests of workflows need: time that is moved by hand, scripted approvals, injected failures, single
//! steps, paths, and a check that a run may be broken off anywhere. Behind the feature `testing`; switch it
//! on under `[dev-dependencies]`.
//!
//! A wrong test panics here with a text that says what is wrong with it, such as a step that the workflow
//! does not have. What goes wrong in the workflow under test is in its result, as always.
//!
//! ```
//! use std::time::Duration;
//! use stepflow::testing::{Faulty, ManualClock};
//! use stepflow::{Run, assert_path, workflow};
//!
//! struct Order { state: u32 }
//!
//! #[workflow(state = u32, retry(times = 3, delay = "1h"))]
//! impl Order {
//!     #[step]
//!     fn reserve(&mut self) {
//!         self.state += 1;
//!     }
//!     #[step]
//!     fn pay(&mut self) {
//!         self.state += 1;
//!     }
//! }
//!
//! let clock = ManualClock::new();
//! let order = Faulty::new(Order { state: 0 }).fail(Order::PAY, 1..=2, || "no answer");
//! let result = Run::new(order).manual_clock(&clock).run().into_result()?;
//!
//! assert_path!(result, reserve -> pay);
//! assert_eq!(result.step("pay").map(|pay| pay.attempts()), Some(3));
//! assert_eq!(clock.elapsed(), Duration::from_secs(2 * 60 * 60));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod approvals;
mod boundaries;
mod clock;
mod difference;
mod faulty;

mod path;
mod record;
#[cfg(feature = "tokio")]
mod runtime;
mod step;
mod step_name;
mod when;

pub use self::approvals::{Approvals, AskedApproval, UnscriptedApproval};
pub use self::boundaries::{Boundaries, BoundaryError, CheckedBoundaries};
pub use self::clock::ManualClock;
pub use self::faulty::Faulty;
#[doc(hidden)]
pub use self::path::assert_path_of;
#[cfg(feature = "tokio")]
pub use self::step::run_step_async;
pub use self::step::{StepRun, run_step};
pub use self::step_name::StepName;
pub use self::when::When;
#[doc(inline)]
pub use crate::assert_path;
