//! The files that pages link to. Their names hold a digest of what is in them, so a browser may keep them for ever.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use fnv::FnvHasher;
use std::hash::Hasher as _;

use crate::Mount;

/// A file that pages link to.
///
/// ```
/// use stepflow_web::Asset;
///
/// assert!(Asset::Style.name().starts_with("stepflow-"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Asset {
    /// The default stylesheet, light and dark.
    Style,
    /// Moves the focus after a part of the page was replaced.
    Focus,
    /// The style of pictures of workflows.
    Graph,
    /// htmx 2, by its authors, under the Zero-Clause BSD licence.
    Htmx,
    /// Keeps the page of a run up to date.
    Live,
    /// The style of the inbox and of the pages of runs.
    Runs,
}

const ALL: [Asset; 6] = [Asset::Style, Asset::Focus, Asset::Graph, Asset::Htmx, Asset::Live, Asset::Runs];

impl Asset {
    /// The name of the file, with the digest.
    #[must_use]
    pub fn name(self) -> &'static str {
        static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| ALL.map(Asset::named).to_vec());
        let at = ALL.iter().position(|asset| *asset == self).unwrap_or_default();
        NAMES.get(at).map_or("", String::as_str)
    }

    /// Its address where a router was mounted.
    #[must_use]
    pub fn path(self, mount: &Mount) -> String {
        mount.path(&format!("/_assets/{}", self.name()))
    }

    const fn parts(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::Style => ("stepflow", "css", "text/css; charset=utf-8", include_str!("stepflow.css")),
            Self::Graph => ("graph", "css", "text/css; charset=utf-8", stepflow::GRAPH_STYLESHEET),
            Self::Live => ("live", "js", "text/javascript; charset=utf-8", include_str!("live.js")),
            Self::Runs => ("runs", "css", "text/css; charset=utf-8", include_str!("runs.css")),
            Self::Focus => ("focus", "js", "text/javascript; charset=utf-8", include_str!("focus.js")),
            Self::Htmx => {
                ("htmx", "js", "text/javascript; charset=utf-8", include_str!("htmx-2.0.11.min.js"))
            }
        }
    }

    fn named(self) -> String {
        let (stem, ending, _, content) = self.parts();
        let mut digest = FnvHasher::default();
        digest.write(content.as_bytes());
        format!("{stem}-{:016x}.{ending}", digest.finish())
    }
}

/// The files that pages link to, under `/_assets/`. Every router here brings them along; a router of one's own that
/// answers with a [`Shell`](crate::Shell) merges them.
///
/// ```
/// use axum::Router;
/// use stepflow_web::assets;
///
/// let app: Router = Router::new().merge(assets());
/// ```
pub fn assets<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/_assets/{name}", get(file))
}

/// The path may hold more than the file's name: a router can be mounted below `/{tenant}`.
async fn file(Path(parts): Path<BTreeMap<String, String>>) -> Response {
    let name = parts.get("name").map_or("", String::as_str);
    let Some(asset) = ALL.into_iter().find(|asset| asset.name() == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (_, _, kind, content) = asset.parts();
    let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CACHE_CONTROL, kept)], content)
        .into_response()
}
