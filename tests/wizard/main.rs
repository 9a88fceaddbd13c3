//! Wizards, as the people who fill them in and the systems that drive them see them.

mod core;
mod defects;
mod golden;
mod invariants;
mod kit;
mod load;
mod sessions;
mod tables;
mod typed;
