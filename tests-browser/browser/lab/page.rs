//! What a person does on a page, and sees there.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
pub(crate) use thirtyfour::Key;
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::*;

use super::Browser;

/// How long something may take to appear, and how often one looks.
const SOON: Duration = Duration::from_secs(20);
const EVERY: Duration = Duration::from_millis(25);

/// What is done.
impl Browser {
    /// Opens an address, as typed.
    pub(crate) async fn open_page(&self, url: &str) {
        self.tab.goto(url).await.unwrap();
    }

    pub(crate) async fn back(&self) {
        self.tab.back().await.unwrap();
    }

    pub(crate) async fn forward(&self) {
        self.tab.forward().await.unwrap();
    }

    pub(crate) async fn reload(&self) {
        self.tab.refresh().await.unwrap();
    }

    /// Clicks on the one thing that this selector finds.
    pub(crate) async fn click(&self, css: &str) {
        self.the(css).await.click().await.unwrap_or_else(|error| panic!("{css} cannot be clicked: {error}"));
    }

    /// Clicks on the button that says this.
    pub(crate) async fn press(&self, says: &str) {
        let button =
            self.tab.query(By::Css("button")).wait(SOON, EVERY).with_text(says.to_owned()).first().await;
        let button = button.unwrap_or_else(|error| panic!("there is no button `{says}`: {error}"));
        button.click().await.unwrap();
    }

    /// Clicks on the link that says this, to the ear: hidden words count.
    pub(crate) async fn follow(&self, says: &str) {
        let script = "const said = at => at.textContent.replace(/\\s+/g, ' ').trim(); \
                      return [...document.querySelectorAll('a')].find(at => said(at) === arguments[0])";
        let found = self.tab.execute(script, vec![json!(says)]).await.unwrap();
        match found.element() {
            Ok(link) => link.click().await.unwrap(),
            Err(_) => panic!("there is no link `{says}`; the page says:\n{}", self.text("body").await),
        }
    }

    /// Types a text into the control with this label, in place of what is there.
    pub(crate) async fn fill(&self, label: &str, text: &str) {
        let control = self.labelled(label).await;
        control.clear().await.unwrap();
        control.send_keys(text).await.unwrap();
    }

    /// The same for the one control that this selector finds.
    pub(crate) async fn fill_in(&self, css: &str, text: &str) {
        self.the(css).await.send_keys(text).await.unwrap();
    }

    /// Chooses what has this label: an option of a group, or a box.
    pub(crate) async fn choose(&self, label: &str) {
        self.labelled(label).await.click().await.unwrap();
    }

    /// Opens another tab, and looks at that one from now on.
    pub(crate) async fn other_tab(&self) {
        let tab = self.tab.new_tab().await.unwrap();
        self.tab.switch_to_window(tab).await.unwrap();
    }

    /// Closes this tab, and looks at the first one again.
    pub(crate) async fn close_tab(&self) {
        self.tab.close_window().await.unwrap();
        let left = self.tab.windows().await.unwrap();
        self.tab.switch_to_window(left.first().expect("one is left").clone()).await.unwrap();
    }

    /// Presses keys, wherever the focus is.
    pub(crate) async fn keys(&self, keys: impl Into<TypingData>) {
        self.tab.action_chain().send_keys(keys).perform().await.unwrap();
    }

    /// Presses a key while Ctrl is held down.
    pub(crate) async fn with_control(&self, key: char) {
        let keys = self.tab.action_chain().key_down(Key::Control).key_down(key);
        keys.key_up(key).key_up(Key::Control).perform().await.unwrap();
    }

    /// Presses Tab until the focus is on the control with this label, or on the button or link that says it.
    pub(crate) async fn tab_to(&self, says: &str) {
        let mut seen = Vec::new();
        for _ in 0..60 {
            self.keys(Key::Tab).await;
            let name = self.focus_says().await;
            if name == says {
                return;
            }
            seen.push(name);
        }
        panic!("Tab does not lead to `{says}`, but to {seen:?}");
    }
}

/// What is seen.
impl Browser {
    pub(crate) async fn title(&self) -> String {
        self.tab.title().await.unwrap()
    }

    /// The path of the address that is shown.
    pub(crate) async fn path(&self) -> String {
        self.tab.current_url().await.unwrap().path().to_owned()
    }

    /// What the page's heading says.
    pub(crate) async fn heading(&self) -> String {
        self.text("h1").await
    }

    /// What the one thing says that this selector finds.
    pub(crate) async fn text(&self, css: &str) -> String {
        self.the(css).await.text().await.unwrap()
    }

    /// What is in the control with this label.
    pub(crate) async fn value(&self, label: &str) -> String {
        self.labelled(label).await.prop("value").await.unwrap().unwrap_or_default()
    }

    /// Whether the option or box with this label is chosen.
    pub(crate) async fn is_chosen(&self, label: &str) -> bool {
        self.labelled(label).await.is_selected().await.unwrap()
    }

    /// What the browser has to complain about since it was last asked: scripts, policies, files that are not there.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let said = self.tab.browser_log().await.unwrap();
        // An answer that refuses is no fault of the page; browsers mention it all the same.
        let known = |text: &str| {
            text.contains("the server responded with a status of 4") || text.contains("favicon.ico")
        };
        said.into_iter().map(|entry| entry.message).filter(|text| !known(text)).collect()
    }

    /// Whether this selector finds something, now.
    pub(crate) async fn has(&self, css: &str) -> bool {
        self.tab.query(By::Css(css)).nowait().exists().await.unwrap()
    }

    /// Waits until this selector finds something.
    pub(crate) async fn appears(&self, css: &str) {
        self.the(css).await;
    }

    /// Waits until the page's heading says this.
    pub(crate) async fn arrives(&self, heading: &str) {
        let script = "const at = document.querySelector('h1'); return at && at.innerText === arguments[0]";
        self.waits(&format!("the heading `{heading}`"), script, &[json!(heading)]).await;
    }

    /// Waits until a script that looks at the page says yes.
    pub(crate) async fn until(&self, what: &str, script: &str) {
        self.waits(what, script, &[]).await;
    }

    async fn waits(&self, what: &str, script: &str, with: &[Value]) {
        let looked = tokio::time::timeout(SOON, async {
            let mut between = tokio::time::interval(EVERY);
            loop {
                between.tick().await;
                // A page that goes away while it is looked at says nothing.
                let said = self.tab.execute(script, with.to_vec()).await;
                if said.is_ok_and(|said| *said.json() == Value::Bool(true)) {
                    return;
                }
            }
        });
        if looked.await.is_err() {
            let (title, text) = (self.title().await, self.text("body").await);
            panic!("not in time: {what}; there is `{title}` at {}:\n{text}", self.path().await);
        }
    }

    /// What a script says that looks at the page.
    pub(crate) async fn measure<T: DeserializeOwned>(&self, script: &str) -> T {
        let said = self.tab.execute(script, Vec::<Value>::new()).await;
        said.unwrap_or_else(|error| panic!("{script}: {error}")).convert().unwrap()
    }

    /// Where the focus is: the name of an element, with its id if it has one.
    pub(crate) async fn focus(&self) -> String {
        self.measure(
            "const at = document.activeElement; \
             return at ? at.localName + (at.id ? '#' + at.id : '') : ''",
        )
        .await
    }

    /// What a person hears at the focus: the label of a control, or what a button or link says.
    pub(crate) async fn focus_says(&self) -> String {
        self.measure(
            "const at = document.activeElement; \
             const label = at.labels && at.labels[0]; \
             return ((label || at).innerText || '').replace(/\\s+/g, ' ').trim()",
        )
        .await
    }

    async fn the(&self, css: &str) -> WebElement {
        let found = self.tab.query(By::Css(css)).wait(SOON, EVERY).first().await;
        match found {
            Ok(found) => found,
            Err(error) if matches!(*error, WebDriverErrorInner::NoSuchElement(_)) => {
                let page = self.tab.source().await.unwrap_or_default();
                panic!("there is no `{css}` on this page:\n{page}")
            }
            Err(error) => panic!("{css}: {error}"),
        }
    }

    async fn labelled(&self, label: &str) -> WebElement {
        let script = "const label = [...document.querySelectorAll('label')]\
                      .find(label => label.innerText.replace(/\\s+/g, ' ').trim() === arguments[0]); \
                      return label && label.control";
        let found = self.tab.execute(script, vec![json!(label)]).await.unwrap();
        match found.element() {
            Ok(control) => control,
            Err(_) => {
                panic!("no control has the label `{label}`; the page says:\n{}", self.text("body").await)
            }
        }
    }
}
