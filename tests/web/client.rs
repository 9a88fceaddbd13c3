//! A browser without a window: it keeps cookies, reads forms and follows redirects.

#![allow(dead_code, reason = "each room of the tests uses a part of it")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use scraper::{ElementRef, Html, Selector};
use tower::ServiceExt as _;

/// One browser. Clones share their cookies, as tabs do.
#[derive(Clone)]
pub(crate) struct Client {
    app: Router,
    cookies: Rc<RefCell<BTreeMap<String, String>>>,
    headers: Vec<(String, String)>,
    peer: SocketAddr,
}

impl Client {
    pub(crate) fn new(app: Router) -> Self {
        let peer = "127.0.0.1:50000".parse().unwrap();
        Self { app, cookies: Rc::default(), headers: Vec::new(), peer }
    }

    /// Another browser at the same server.
    pub(crate) fn stranger(&self) -> Self {
        Self { cookies: Rc::default(), ..self.clone() }
    }

    pub(crate) fn app(&self) -> Router {
        self.app.clone()
    }

    /// The same browser at another server, such as one that was started again.
    pub(crate) fn at(&self, app: Router) -> Self {
        Self { app, ..self.clone() }
    }

    /// The same browser with htmx on the page.
    pub(crate) fn htmx(&self) -> Self {
        self.header("hx-request", "true")
    }

    /// The same browser, sending one more header.
    pub(crate) fn header(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    /// The same browser behind another address.
    pub(crate) fn from_peer(&self, peer: &str) -> Self {
        Self { peer: peer.parse().unwrap(), ..self.clone() }
    }

    pub(crate) fn cookies(&self) -> BTreeMap<String, String> {
        self.cookies.borrow().clone()
    }

    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send("GET", path, None, Vec::new()).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", path, Some("application/x-www-form-urlencoded"), body.into_bytes()).await
    }

    /// Any request at all.
    pub(crate) async fn send(&self, method: &str, path: &str, kind: Option<&str>, body: Vec<u8>) -> Reply {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let cookies: Vec<String> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let mut request = request.body(Body::from(body)).unwrap();
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        self.keep_cookies(&parts.headers);
        let body = body.collect().await.unwrap().to_bytes();
        Reply {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
            path: path.to_owned(),
        }
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let Some((name, value)) = pair.split_once('=') else { continue };
            if attributes.contains("Max-Age=0") {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Sends a form as its button would.
    pub(crate) async fn submit(&self, form: &Form) -> Reply {
        let fields: Vec<(&str, &str)> =
            form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        if form.method.eq_ignore_ascii_case("post") {
            return self.post(&form.action, &fields).await;
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.get(&format!("{}?{query}", form.action)).await
    }

    /// Goes where a redirect leads, until a page is there.
    pub(crate) async fn follow(&self, mut reply: Reply) -> Reply {
        for _ in 0..10 {
            if reply.status != StatusCode::SEE_OTHER {
                return reply;
            }
            reply = self.get(&reply.location()).await;
        }
        panic!("redirects without end, at {}", reply.path)
    }

    /// Asks for a page, following redirects.
    pub(crate) async fn visit(&self, path: &str) -> Reply {
        self.follow(self.get(path).await).await
    }

    /// Sends a form, and goes where that leads.
    pub(crate) async fn submit_and_follow(&self, form: &Form) -> Reply {
        self.follow(self.submit(form).await).await
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    path: String,
}

impl Reply {
    /// The path that was asked for.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Where a redirect leads.
    pub(crate) fn location(&self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "no redirect: {}", self.body);
        self.header("location").to_owned()
    }

    pub(crate) fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }

    pub(crate) fn has(&self, css: &str) -> bool {
        self.html().select(&selector(css)).next().is_some()
    }

    /// The text of the first such element.
    pub(crate) fn text(&self, css: &str) -> String {
        self.texts(css).into_iter().next().unwrap_or_else(|| panic!("no `{css}` in\n{}", self.body))
    }

    pub(crate) fn texts(&self, css: &str) -> Vec<String> {
        self.html().select(&selector(css)).map(text_of).collect()
    }

    /// An attribute of the first such element.
    pub(crate) fn attr(&self, css: &str, name: &str) -> String {
        self.attrs(css, name)
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("no `{css}` with `{name}` in\n{}", self.body))
    }

    pub(crate) fn attrs(&self, css: &str, name: &str) -> Vec<String> {
        let html = self.html();
        html.select(&selector(css)).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
    }

    /// The first such form, filled in as it is shown.
    pub(crate) fn form(&self, css: &str) -> Form {
        let html = self.html();
        let found = html.select(&selector(css)).next();
        Form::read(found.unwrap_or_else(|| panic!("no form `{css}` in\n{}", self.body)), &self.path)
    }
}

/// A form, filled in.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) method: String,
    pub(crate) fields: Vec<(String, String)>,
}

impl Form {
    fn read(form: ElementRef<'_>, path: &str) -> Self {
        let path = path.split('?').next().unwrap_or_default();
        let mut fields = Vec::new();
        for control in form.select(&selector("input, textarea, select")) {
            let Some(name) = control.attr("name").filter(|_| control.attr("disabled").is_none()) else {
                continue;
            };
            let name = name.to_owned();
            match (control.value().name(), control.attr("type").unwrap_or("text")) {
                ("input", "checkbox" | "radio") => {
                    if control.attr("checked").is_some() {
                        fields.push((name, control.attr("value").unwrap_or("on").to_owned()));
                    }
                }
                ("input", "submit" | "button") => {}
                ("input", _) => fields.push((name, control.attr("value").unwrap_or_default().to_owned())),
                ("textarea", _) => fields.push((name, control.text().collect())),
                _ => {
                    let chosen = control.select(&selector("option[selected]")).next();
                    let shown = chosen.or_else(|| control.select(&selector("option")).next());
                    if let Some(option) = shown {
                        let value = option.attr("value").map_or_else(|| text_of(option), str::to_owned);
                        fields.push((name, value));
                    }
                }
            }
        }
        Self {
            action: form.attr("action").unwrap_or(path).to_owned(),
            method: form.attr("method").unwrap_or("get").to_owned(),
            fields,
        }
    }

    /// Fills a field in, in place of whatever was there.
    #[must_use]
    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// One more value of a field, as of a second box that is ticked.
    #[must_use]
    pub(crate) fn add(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Clears a field, as unticking a box does.
    #[must_use]
    pub(crate) fn clear(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    /// Uses this button.
    #[must_use]
    pub(crate) fn press(self, name: &str, value: &str) -> Self {
        self.set(name, value)
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}

fn text_of(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
