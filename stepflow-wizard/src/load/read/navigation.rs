//! Words that navigate.

use super::Reader;
use super::object::Object;
use crate::definition::{Navigation, NavigationCommand, NavigationWords};
use crate::load::source::{Kind, Node};

impl Reader<'_> {
    pub(super) fn take_navigation(&mut self, object: &mut Object<'_>) -> Navigation {
        let Some(node) = object.take("navigation") else { return Navigation::default() };
        let Some(mut object) = self.object(node, object.at("navigation")) else {
            return Navigation::default();
        };
        let mut words = |command: NavigationCommand| {
            let node = object.take(command.name())?;
            self.words(node, &object.at(command.name()), command)
        };
        let [back, skip, restart] = NavigationCommand::ALL.map(&mut words);
        self.finish(&object, "`navigation`");
        Navigation { back, skip, restart }
    }

    /// `{keywords: […], enabled: …}`, the keywords alone, or `false`.
    fn words(&mut self, node: &Node, path: &str, command: NavigationCommand) -> Option<NavigationWords> {
        let usual = || command.default_words().iter().map(|word| (*word).into()).collect();
        match &node.kind {
            Kind::Bool(enabled) => Some(NavigationWords { keywords: usual(), enabled: *enabled }),
            Kind::List(items) => {
                let keyword = |(index, item)| self.text(item, &format!("{path}[{index}]"));
                let keywords = items.iter().enumerate().filter_map(keyword).collect();
                Some(NavigationWords { keywords, enabled: true })
            }
            _ => {
                let mut object = self.object(node, path)?;
                let given = object.has("keywords");
                let keywords = self.take_texts(&mut object, "keywords");
                let enabled = self.take_flag(&mut object, "enabled").unwrap_or(true);
                self.finish(&object, "a navigation command");
                let keywords = if given { keywords.into_iter().collect() } else { usual() };
                Some(NavigationWords { keywords, enabled })
            }
        }
    }
}
