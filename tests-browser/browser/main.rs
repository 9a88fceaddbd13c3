//! The pages of `stepflow-web` as people meet them: in Chromium, by mouse, by keyboard, without scripts, in the dark and
//! on a small screen.
//!
//! Servers run in this process, on ports of their own, with the routers and the stores that users have. Tests whose
//! names begin with a number, such as `w_15`, are the rules of that number in `docs/reference/web-rules.md` which only a
//! browser can show. Pictures of what was seen are left in `target/screenshots`.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says where"
)]

mod desk;
mod lab;
mod shell;
mod sign_in;
mod wizard;
