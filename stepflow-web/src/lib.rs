//! Web pages for stepflow: wizards that anyone can use, an inbox for approvals, pages of runs.
//!
//! Routers of [`axum`] over what exists: nothing about execution or navigation is decided here. The pages work without
//! JavaScript, and with htmx on them the same addresses answer with the part that changes.

mod assets;
mod error;
mod htmx;
mod mount;
mod page;
mod security;

pub use self::assets::{Asset, assets};
pub use self::error::Failure;
pub use self::htmx::Htmx;
pub use self::mount::Mount;
pub use self::page::{Direction, Frame, Link, Page, Shell, Theme};
pub use self::security::{Security, Visitor};
