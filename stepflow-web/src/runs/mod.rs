//! Pages of runs: lists, one run with its picture as it changes, and what people do about runs.

mod act;
mod api;
mod ask;
mod list;
mod live;
mod mask;
mod part;
mod query;
mod refusal;
mod show;
mod view;
pub(crate) mod words;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use stepflow_store::Runs;

pub(crate) use self::act::{named, text};
pub(crate) use self::ask::{Answer, Asked};
use self::live::Lookout;
use self::mask::Mask;
pub use self::mask::{Shown, ShownPart, mask_fields};
pub(crate) use self::refusal::Refusal;
pub(crate) use self::view::PendingView;
use crate::page::{Link, Shell};
use crate::security::Security;
use crate::{Asset, assets, inbox};

/// How the pages of runs and the inbox look, who may see them, and what they show.
///
/// ```
/// use stepflow_web::{RunsOptions, Shell, mask_fields};
///
/// let options = RunsOptions::new()
///     .shell(Shell::new("Refunds"))
///     .mask(mask_fields(["iban", "token"]));
/// ```
#[derive(Clone)]
pub struct RunsOptions {
    shell: Shell,
    security: Security,
    mask: Option<Arc<Mask>>,
    refresh: Duration,
    viewers: usize,
}

impl RunsOptions {
    /// The defaults: nothing is masked, a page that somebody looks at is up to date within a second, and up to 256
    /// may look at once.
    #[must_use]
    pub fn new() -> Self {
        Self {
            shell: Shell::new("Runs"),
            security: Security::new(),
            mask: None,
            refresh: Duration::from_secs(1),
            viewers: 256,
        }
    }

    /// What all pages share.
    #[must_use]
    pub fn shell(mut self, shell: Shell) -> Self {
        self.shell = shell;
        self
    }

    /// Who may see the pages, and who may do what.
    #[must_use]
    pub fn security(mut self, security: Security) -> Self {
        self.security = security;
        self
    }

    /// What is shown of states, outputs, metadata and errors: the function is given each, and gives back what may be
    /// seen of it, on the pages and as JSON. [`mask_fields`] makes one from names of fields.
    #[must_use]
    pub fn mask(
        mut self,
        mask: impl Fn(&Shown<'_>, serde_json::Value) -> serde_json::Value + Send + Sync + 'static,
    ) -> Self {
        self.mask = Some(Arc::new(mask));
        self
    }

    /// How long a change of a run may stay unseen on a page that somebody looks at. The store is asked once in that
    /// time for each run that is looked at, however many look at it.
    #[must_use]
    pub fn refresh(mut self, refresh: Duration) -> Self {
        self.refresh = refresh.max(Duration::from_millis(1));
        self
    }

    /// How many pages may be kept up to date at once. Whoever comes after that sees the page as it was when they
    /// opened it.
    #[must_use]
    pub fn viewers(mut self, viewers: usize) -> Self {
        self.viewers = viewers;
        self
    }
}

impl Default for RunsOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for RunsOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunsOptions")
            .field("shell", &self.shell)
            .field("security", &self.security)
            .field("masks", &self.mask.is_some())
            .field("refresh", &self.refresh)
            .field("viewers", &self.viewers)
            .finish()
    }
}

/// The inbox of pending approvals at `/inbox`, the pages of runs at `/runs` and `/run`, and both as JSON below
/// `/api`. Everything goes through [`Runs`]: nothing about execution is decided here.
///
/// Decisions are made in the name of whoever is signed in; see [`Security::authenticate`].
///
/// ```
/// use axum::Router;
/// use stepflow_store::{MemoryStore, Runner};
/// use stepflow_web::{RunsOptions, runs_router};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let runner = Runner::builder(MemoryStore::new()).start().await?;
/// let app: Router = Router::new().nest("/desk", runs_router(runner.runs(), RunsOptions::new()));
/// # Ok(()) }
/// ```
pub fn runs_router(runs: Runs, options: RunsOptions) -> Router {
    let RunsOptions { shell, security, mask, refresh, viewers } = options;
    let lookout = Lookout::new(runs.clone(), mask.clone(), refresh, viewers);
    let desk = Desk(Arc::new(Inner { runs, shell, mask, lookout }));
    let pages = Router::new()
        .route("/", get(inbox::home))
        .route("/inbox", get(inbox::list))
        .route("/inbox/question", get(inbox::one))
        .route("/inbox/decide", post(inbox::decide))
        .route("/inbox/settle", post(inbox::settle))
        .route("/runs", get(list::list))
        .route("/run", get(show::show))
        .route("/run/live", get(live::live))
        .route("/run/cancel", get(act::ask_cancel).post(act::cancel))
        .route("/run/fork", get(act::ask_fork).post(act::fork))
        .route("/run/release", get(act::ask_release).post(act::release))
        .route("/run/retry", get(act::ask_retry).post(act::retry))
        .merge(api::routes())
        .with_state(desk)
        .merge(assets());
    security.wrap(pages)
}

/// What every handler has at hand.
#[derive(Clone)]
pub(crate) struct Desk(Arc<Inner>);

struct Inner {
    runs: Runs,
    shell: Shell,
    mask: Option<Arc<Mask>>,
    lookout: Lookout,
}

impl Desk {
    pub(crate) fn runs(&self) -> &Runs {
        &self.0.runs
    }

    pub(crate) fn mask(&self) -> Option<&Mask> {
        self.0.mask.as_deref()
    }

    pub(crate) fn lookout(&self) -> &Lookout {
        &self.0.lookout
    }

    /// The shell with the links that lead around here.
    pub(crate) fn shell(&self, asked: &Asked) -> Shell {
        let link = |path: &str, text: &'static str| Link::new(asked.mount.path(path), text);
        let style = |asset: Asset| asset.path(&asked.mount);
        let shell = self.0.shell.clone().link(link("/inbox", "Inbox")).link(link("/runs", "Runs"));
        shell.stylesheet(style(Asset::Runs)).stylesheet(style(Asset::Graph))
    }
}
