//! Behaviour of `stepflow-web` as a browser sees it, without one: requests go straight to the routers.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod api;
mod client;
mod security;
mod shell;
