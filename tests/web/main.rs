//! Behaviour of `stepflow-web` as a browser sees it, without one: requests go straight to the routers.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::wrong_self_convention,
    reason = "a test that cannot go on says where, and a browser is `from` somewhere"
)]

mod api;
mod client;
mod runs;
mod same_state;
mod security;
mod shell;
mod wizard;
