//! One request, as the handlers look at it.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use stepflow_wizard::store::{Owner, WizardId};

use super::app::App;
use crate::{Htmx, Mount, Page, Visitor};

/// One request: who asks, from where, and for which wizard.
pub(super) struct Ask {
    pub(super) app: App,
    /// Where the addresses of the wizard begin.
    pub(super) mount: Mount,
    /// Where the router is mounted; another place than the wizard's where each has an address of its own.
    pub(super) root: Mount,
    pub(super) htmx: Htmx,
    pub(super) visitor: Visitor,
    /// The wizard that the address names.
    pub(super) named: Option<WizardId>,
    /// The wizard that the browser saw last.
    pub(super) remembered: Option<WizardId>,
    pub(super) request: Arc<Parts>,
    params: Vec<(String, String)>,
}

impl Ask {
    pub(super) fn owner(&self) -> Option<Owner> {
        self.visitor.owner().parse().ok()
    }

    /// A part of the path.
    pub(super) fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// A part of the query.
    pub(super) fn query(&self, name: &str) -> Option<String> {
        let query = self.request.uri.query()?;
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    /// Whether the page was opened from the check page, and leads back there.
    pub(super) fn edits(&self) -> bool {
        self.query("return").as_deref() == Some("check")
    }

    pub(super) fn respond(&self, page: &Page) -> Response {
        let page = if page.status.is_success() && page.address.is_none() {
            let query = self.request.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            &page.clone().at(format!("{}{query}", self.mount.path(self.request.uri.path())))
        } else {
            page
        };
        self.app.options.shell.respond(&self.root, self.htmx, page)
    }

    pub(super) fn to(&self, path: &str) -> Response {
        Redirect::to(&self.mount.path(path)).into_response()
    }

    pub(super) fn to_root(&self, path: &str) -> Response {
        Redirect::to(&self.root.path(path)).into_response()
    }

    /// What every form carries.
    pub(super) fn token(&self) -> Markup {
        self.visitor.token_field()
    }

    /// A form with nothing but a button.
    pub(super) fn button(&self, action: &str, text: &str, class: &str) -> Markup {
        let htmx = self.app.options.shell.uses_htmx();
        let target = format!("#{}", self.app.options.shell.container());
        html! {
            form.sf-inline method="post" action=(action)
                hx-post=[htmx.then_some(action)] hx-target=[htmx.then_some(&target)] hx-swap=[htmx.then_some("outerHTML")]
            {
                (self.token())
                button class=(class) type="submit" { (text) }
            }
        }
    }
}

impl FromRequestParts<App> for Ask {
    type Rejection = <Visitor as FromRequestParts<App>>::Rejection;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let Ok(mount) = Mount::from_request_parts(parts, app).await;
        let Ok(htmx) = Htmx::from_request_parts(parts, app).await;
        let visitor = Visitor::from_request_parts(parts, app).await?;
        let params = RawPathParams::from_request_parts(parts, app).await.ok();
        let params: Vec<(String, String)> =
            params.iter().flatten().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let named = params.iter().find(|(name, _)| name == "run").and_then(|(_, id)| id.parse().ok());
        let inner = params.iter().find(|(name, _)| name == "run");
        let root = inner.map_or_else(|| mount.clone(), |(_, id)| mount.without(&format!("/w/{id}")));
        let cookies = parts.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let remembered = cookies
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|pair| pair.trim().strip_prefix(&*app.cookie)?.strip_prefix('='))
            .find_map(|id| id.parse().ok());
        let request = Arc::new(parts.clone());
        Ok(Self { app: app.clone(), mount, root, htmx, visitor, named, remembered, request, params })
    }
}
