//! A server in this process.

use axum::Router;
use stepflow_web::{Security, Server};
use tokio::task::JoinHandle;

use super::Browser;

/// A router served as its users serve it, on a port that was free. It ends with this value.
pub(crate) struct Site {
    url: String,
    sign_in: Option<String>,
    task: JoinHandle<()>,
}

impl Site {
    /// Behind the default guard: whoever has the link that it prints comes in.
    pub(crate) async fn serve(router: Router) -> Self {
        Self::guarded(router, Security::new()).await
    }

    /// Behind a guard of one's own.
    pub(crate) async fn guarded(router: Router, security: Security) -> Self {
        let listening = Server::new(router).port(0).security(security).quiet().bind().await.unwrap();
        let (url, sign_in) = (listening.url(), listening.sign_in_url());
        let task = tokio::spawn(listening.run_until(std::future::pending()));
        Self { url, sign_in, task }
    }

    /// The address of a path.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Opens the link that the server prints, and signs in by it.
    pub(crate) async fn sign_in(&self, browser: &Browser) {
        let link = self.sign_in.as_deref().expect("the guard has no authenticator");
        browser.open_page(link).await;
        browser.arrives("Sign in").await;
        browser.press("Sign in").await;
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}
