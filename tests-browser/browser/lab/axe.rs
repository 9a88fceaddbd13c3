//! Rules of accessibility that a program can check.

use serde::Deserialize;
use serde_json::Value;

use super::npm::axe_core;
use super::{Browser, Lab};

/// WCAG 2.2 up to AA, and what the makers of axe-core advise beside it.
const RUN: &str = "
    const done = arguments[arguments.length - 1];
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    axe.run(document, { runOnly: tags, resultTypes: ['violations'] }).then(
        found => done(found.violations.flatMap(rule => rule.nodes.map(node => ({
            rule: rule.id, help: rule.help, html: node.html, why: node.failureSummary })))),
        error => done([{ rule: 'axe', help: String(error), html: '', why: '' }]));";

#[derive(Debug, Deserialize)]
struct Violation {
    rule: String,
    help: String,
    html: String,
    why: String,
}

impl Lab {
    /// Whether pages can be held against axe-core here; if not, the test is skipped.
    #[track_caller]
    pub(crate) fn has_axe(&self) -> bool {
        axe_core().map_err(|why| stepflow_tests::skip("axe-core is missing", why)).is_ok()
    }
}

impl Browser {
    /// Holds the page against axe-core, in light and in dark colours, and leaves a picture of both.
    pub(crate) async fn is_accessible(&self, name: &str) {
        for dark in [false, true] {
            self.dark(dark).await;
            let colours = if dark { "dark" } else { "light" };
            self.picture(&format!("{name}-{colours}")).await;
            let found = self.violations().await;
            assert!(found.is_empty(), "{name} ({colours}) at {}:\n{}", self.path().await, listed(&found));
        }
        self.dark(false).await;
    }

    async fn violations(&self) -> Vec<Violation> {
        let axe = axe_core().expect("the test asked for it");
        if !self.measure::<bool>("return typeof axe === 'object'").await {
            let text = format!("{axe}; window.axe = axe;");
            self.tab.execute(text, Vec::<Value>::new()).await.unwrap();
        }
        let found = self.tab.execute_async(RUN, Vec::<Value>::new()).await.unwrap();
        found.convert().unwrap()
    }
}

fn listed(found: &[Violation]) -> String {
    let line =
        |Violation { rule, help, html, why }: &Violation| format!("{rule}: {help}\n    {html}\n    {why}\n");
    found.iter().map(line).collect()
}
