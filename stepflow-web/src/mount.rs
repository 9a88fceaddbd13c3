//! Where a router was mounted, so that its links lead back into it.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::http::{Extensions, Uri};

/// Where a router was mounted: the part of the path that its own routes do not see.
///
/// ```
/// use axum::Router;
/// use axum::routing::get;
/// use stepflow_web::Mount;
///
/// async fn link(mount: Mount) -> String {
///     mount.path("/check")
/// }
///
/// // Answers `/join/check`.
/// let app: Router = Router::new().nest("/join", Router::new().route("/start", get(link)));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mount(Arc<str>);

impl Mount {
    /// The address of one of the router's own paths, such as `/check`.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        if path == "/" && !self.0.is_empty() {
            return self.0.to_string();
        }
        format!("{}{path}", self.0)
    }

    /// What comes before the router's own paths; empty at the root.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.0
    }

    /// Where a router is mounted whose links all begin with this path.
    pub(crate) fn at(prefix: &str) -> Self {
        Self::of(prefix, "")
    }

    pub(crate) fn of_request(extensions: &Extensions, own: &Uri) -> Self {
        let whole = extensions.get::<OriginalUri>().map(|whole| whole.path());
        whole.map_or_else(Self::default, |whole| Self::of(whole, own.path()))
    }

    /// The same without the last part of it.
    pub(crate) fn without(&self, end: &str) -> Self {
        Self(Arc::from(self.0.strip_suffix(end).unwrap_or(&self.0)))
    }

    fn of(whole: &str, own: &str) -> Self {
        let own = if own == "/" && !whole.ends_with('/') { "" } else { own };
        let prefix = whole.strip_suffix(own).unwrap_or_default();
        let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
        // `//host` and `/\host` are other hosts to a browser.
        let second = prefix.as_bytes().get(1);
        let leads_away = !prefix.starts_with('/') || matches!(second, Some(b'/' | b'\\'));
        Self(if leads_away { Arc::from("") } else { Arc::from(prefix) })
    }
}

impl<S: Sync> FromRequestParts<S> for Mount {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of_request(&parts.extensions, &parts.uri))
    }
}

#[cfg(test)]
mod tests {
    use super::Mount;

    #[test]
    fn it_is_what_the_routers_own_path_leaves_over() {
        let cases = [
            ("/join/account", "/account", "/join"),
            ("/join", "/", "/join"),
            ("/join/", "/", "/join"),
            ("/", "/", ""),
            ("/account", "/account", ""),
            ("/a/b/account", "/account", "/a/b"),
            ("//evil.example/account", "/account", ""),
            ("/\\evil.example/account", "/account", ""),
        ];
        for (whole, own, prefix) in cases {
            assert_eq!(Mount::of(whole, own).prefix(), prefix, "{whole} {own}");
        }
    }
}
