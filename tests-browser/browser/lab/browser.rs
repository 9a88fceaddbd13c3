//! One browser.

use std::path::Path;

use serde_json::{Value, json};
use thirtyfour::{Capabilities, WebDriver};

/// A browser with one tab.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(super) tab: WebDriver,
}

/// Whether pages may run scripts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scripts {
    On,
    Off,
}

/// Without a window, without a line to anybody, on a machine where tests may run as root.
const ARGUMENTS: [&str; 14] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--window-size=1000,900",
    // When the driver is gone, so is the browser.
    "--remote-debugging-pipe",
];

impl Browser {
    pub(super) async fn open(driver: &str, program: &Path, profile: &Path, scripts: Scripts) -> Self {
        let mut arguments: Vec<String> = ARGUMENTS.map(str::to_owned).to_vec();
        arguments.push(format!("--user-data-dir={}", profile.display()));
        let mut options = json!({ "binary": program, "args": arguments });
        if scripts == Scripts::Off {
            // As a person switches them off, in the settings.
            options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
        let mut wanted = Capabilities::new();
        wanted.set("browserName", json!("chrome")).expect("a text is JSON");
        wanted.set("goog:chromeOptions", options).expect("options are JSON");
        wanted.set("goog:loggingPrefs", json!({ "browser": "ALL" })).expect("options are JSON");
        // Built together with a crate that chooses its own, `reqwest` has no provider of cryptography, and makes no
        // client, though none is needed here. Somebody else may have installed one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let tab = WebDriver::new(driver, wanted).await.expect("the browser starts");
        // The driver ends it, with all others.
        tab.clone().leak().expect("it is open");
        let browser = Self { tab };
        browser.screen(1000, 800).await;
        browser
    }

    /// A screen of this size, in pixels of CSS.
    pub(crate) async fn screen(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.command("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// The system's colours, for pages that ask for them.
    pub(crate) async fn dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.command("Emulation.setEmulatedMedia", features).await;
    }

    /// Sends these headers with every request, as a proxy in front of the server would.
    pub(crate) async fn behind_a_proxy(&self, headers: &[(&str, &str)]) {
        let headers: serde_json::Map<String, Value> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
        self.command("Network.enable", json!({})).await;
        self.command("Network.setExtraHTTPHeaders", json!({ "headers": headers })).await;
    }

    pub(super) async fn command(&self, name: &str, with: Value) -> Value {
        self.tab.cdp().send_raw(name, with).await.unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}
