//! The pages of a wizard.

mod accessibility;
mod bugs;
#[cfg(unix)]
mod crash;
mod forms;
mod kit;
mod options;
mod security;
mod table;
mod usability;
