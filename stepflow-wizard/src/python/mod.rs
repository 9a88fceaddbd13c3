//! How Python reckons with values, for the places where a definition's author expects just that: conditions,
//! derivations, and what is printed from answers.
//!
//! Everything here is total and charged to a [`Budget`], so that no expression can take long or grow large.

mod budget;
mod compare;
mod item;
mod number;
mod print;
mod sequence;
mod text;

pub(crate) use self::budget::Budget;
pub(crate) use self::compare::{contains, equal, hashable, lookup, order, sort};
pub(crate) use self::item::{Item, Items, Shape, Table, Text};
pub(crate) use self::number::{absolute, add, divide, float_of, int_of, negate, power, round};
pub(crate) use self::number::{floor_divide, multiply, remainder, subtract};
pub(crate) use self::print::{print, print_quoted, text_of};
pub(crate) use self::sequence::{at, elements, length, slice};
pub(crate) use self::text::{capitalize, is_space, title, trim, trim_end, trim_start};
