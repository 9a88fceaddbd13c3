//! The page of a step, and what is done when it is sent.

mod action;
mod answer;
mod begin;
mod decide;
mod draw;
mod show;
mod view;

pub(super) use self::answer::{back, next, post};
pub(super) use self::begin::{enter, list, start, to_root};
pub(super) use self::decide::{needs_check, whereto};
pub(super) use self::show::{moment, show};
pub use self::view::StepView;
