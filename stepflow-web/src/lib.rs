//! Web pages for stepflow: wizards that anyone can use, an inbox for approvals, pages of runs.
//!
//! Routers of [`axum`] over what exists: nothing about execution or navigation is decided here. The pages work without
//! JavaScript, and with htmx on them the same addresses answer with the part that changes.

mod api;
mod assets;
pub mod auth;
mod csrf;
mod error;
mod form;
mod headers;
mod htmx;
mod inbox;
mod limits;
mod mount;
mod page;
mod runs;
mod security;
mod serve;
mod session;
pub mod token;
mod wizard;

pub use self::api::{ApiOptions, api_router};
pub use self::assets::{Asset, assets};
pub use self::auth::{Authenticate, May, Principal};
pub use self::error::Failure;
pub use self::htmx::Htmx;
pub use self::limits::{Attempt, Fields, NoForm, PerMinute, RateLimit, RequestLimits, TooMany};
pub use self::mount::Mount;
pub use self::page::{Direction, Frame, Link, Page, Shell, Theme};
pub use self::runs::{RunsOptions, Shown, ShownPart, mask_fields, runs_router};
pub use self::security::Security;
pub use self::serve::{ConnectionLimits, Listening, ServeError, Server, serve};
pub use self::session::{Denied, NotProtected, RotateSession, SessionLimits, SignOut, Visitor};
pub use self::wizard::{
    CheckPage, Fragment, Served, Stay, Step, StepCall, StepView, WizardOptions, Words, wizard_router,
};
