//! What the fuzz targets do with a handful of bytes. `tests/wizard/fuzz.rs` runs the same functions over the seeds, and over
//! seeds that were changed here and there.
//!
//! A target panics where something is wrong: in the library, or in what it promises.

mod bytes;
mod drive;
mod load;
mod plan;
mod text;

pub use self::drive::{advance, from_dict, state};
pub use self::load::{load_json, load_yaml};
pub use self::text::{condition, template};
