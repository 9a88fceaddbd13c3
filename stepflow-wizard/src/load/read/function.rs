//! Functions that the host hands in by name.

use super::Reader;
use super::object::Object;
use crate::definition::{Function, MergeFilter};
use crate::error::{DefinitionCode, WarningCode};
use crate::load::source::{Kind, Node};
use crate::suggest::closest;

impl Reader<'_> {
    /// One function or a list of them, each by its name or as `{name, config}`.
    pub(super) fn take_functions(&mut self, object: &mut Object<'_>, key: &'static str) -> Vec<Function> {
        let Some(node) = object.take(key) else { return Vec::new() };
        let path = object.at(key);
        match &node.kind {
            Kind::List(items) => {
                let named = |(index, item)| self.function(item, &format!("{path}[{index}]"));
                items.iter().enumerate().filter_map(named).collect()
            }
            _ => self.function(node, &path).into_iter().collect(),
        }
    }

    fn function(&mut self, node: &Node, path: &str) -> Option<Function> {
        let (name, config) = match &node.kind {
            Kind::Map(_) => {
                let mut object = self.object(node, path)?;
                let name = self.take_text(&mut object, "name");
                let config = self.take_value(&mut object, "config");
                if !object.has("name") {
                    self.missing(&object, "name", "a function needs its `name`");
                }
                self.finish(&object, "a function");
                (name?, config)
            }
            Kind::Text(name) => (name.as_str().into(), None),
            _ => {
                self.unfit(node, path, "the name of a function");
                return None;
            }
        };
        let Some(function) = self.functions.function(&name) else {
            self.unknown_function(node, path, &name);
            return None;
        };
        Some(match config {
            Some(config) => function.clone().configured(config),
            None => function.clone(),
        })
    }

    /// The filter for values that are found in texts, by its name.
    pub(super) fn take_filter(&mut self, object: &mut Object<'_>) -> Option<MergeFilter> {
        let spot = object.spot_of("merge_filter");
        let name = self.take_text(object, "merge_filter")?;
        let filter = self.functions.filter_named(&name).cloned();
        if filter.is_none() {
            let hint = closest(&name, self.functions.filter_names());
            let message = format!("no filter `{name}` is registered");
            self.error(spot, object.at("merge_filter"), DefinitionCode::UnknownFunction, message).hint =
                hint.map(|meant| format!("did you mean `{meant}`?"));
        }
        filter
    }

    fn unknown_function(&mut self, node: &Node, path: &str, name: &str) {
        let hint =
            closest(name, self.functions.function_names()).map(|meant| format!("did you mean `{meant}`?"));
        let message = format!("no function `{name}` is registered");
        // The original finds out at run time, and goes on without it.
        if self.original() && path.contains("routing_transforms") {
            self.warn(node.spot, path, WarningCode::Style, format!("{message}; it is left out")).hint = hint;
        } else {
            self.error(node.spot, path, DefinitionCode::UnknownFunction, message).hint = hint;
        }
    }
}
