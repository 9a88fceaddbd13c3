//! A run as it is kept between two of its boundaries: what a host saves, and what it goes on from.

mod answer;
mod change;
mod gate;
mod head;
mod position;
mod run;

pub use self::answer::{Answer, Settlement};
pub use self::gate::{GateId, GateIdError};
pub use self::head::RunHead;
pub(crate) use self::head::Written;
pub use self::position::Position;
pub use self::run::SavedRun;
pub(crate) use self::run::Unvisited;
