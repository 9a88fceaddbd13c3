//! Wizards that are kept between two calls.

mod calls;
mod conformance;
mod hooks;
mod kit;
mod links;
mod many;
mod privacy;
mod submitting;
