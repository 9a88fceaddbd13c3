//! Forms out of JSON Schemas: which controls there are, what a person sent, and how both are shown.
//!
//! The name of a control is its place in the answer, as in a JSON pointer without the first slash: `email`,
//! `address/street`, `guests/0/name`.

pub(crate) mod decode;
mod draw;
mod errors;
mod field;
mod number;
mod read;
mod shown;
mod text;

pub(crate) use self::decode::{Posted, decode};
pub(crate) use self::draw::{Draw, plain};
pub(crate) use self::errors::{Errors, summary};
pub(crate) use self::field::{Control, Field};
pub(crate) use self::read::fields;
pub(crate) use self::shown::Shown;
pub(crate) use self::text::humanise;
