//! The shapes of the original (`dataknobs-bots` 0.6.9): its saved states, its fifteen-field result, its metadata.
//!
//! They are views of the same core. [`Settings::in_parity_with`](crate::Settings::in_parity_with) also reproduces how the
//! original *behaves*, for migration tests; what it never reproduces are the defects that mix people's data, let an
//! input force a transition, skip validation, or put live objects into states.
//!
//! ```
//! use stepflow_wizard::compat::{self, AdvanceResult};
//! use stepflow_wizard::{Blueprint, Command, Definition, Env, Flow, Stage, Timestamp, advance};
//!
//! let flow = Flow::new("tea", vec![Stage::new("kind").to("done"), Stage::end("done")]);
//! let tea = Definition::new(Blueprint::new(flow))?;
//! let env = Env::at(Timestamp::UNIX_EPOCH);
//!
//! let outcome = advance(&tea, tea.begin(&env)?.state, Command::submit([("kind", "green")]), &env)?;
//! let result = AdvanceResult::of(&tea, &outcome, &env)?;
//! assert_eq!((result.stage_name.as_str(), result.transitioned, result.completed), ("done", true, true));
//!
//! let saved = compat::to_dict(&tea, &outcome.state);
//! assert_eq!(saved["data"]["kind"], "green");
//! let state = compat::from_dict(&tea, &saved, &env)?;
//! assert_eq!(state.stage(), "done");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod metadata;
mod read;
mod result;
mod write;

pub use self::metadata::metadata;
pub use self::read::from_dict;
pub use self::result::AdvanceResult;
pub use self::write::{data, to_dict};
