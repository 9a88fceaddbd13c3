//! Values that are made of other values.

use std::error::Error as _;

use super::Reader;
use super::object::Object;
use crate::error::DefinitionCode;
use crate::load::source::{Kind, Node};
use crate::values::{Derivation, DerivationConfig, DerivationError, When};

pub(in crate::load) const WHEN: [(&str, When); 3] =
    [("target_missing", When::TargetMissing), ("target_empty", When::TargetEmpty), ("always", When::Always)];

impl Reader<'_> {
    /// The rules; `None`, if there is no such key.
    pub(super) fn take_derivations(&mut self, object: &mut Object<'_>) -> Option<Vec<Derivation>> {
        let given = object.has("derivations");
        let items = self.take_list(object, "derivations");
        let rules = items.into_iter().filter_map(|(path, node)| self.derivation(node, path)).collect();
        given.then_some(rules)
    }

    fn derivation(&mut self, node: &Node, path: String) -> Option<Derivation> {
        let mut object = self.object(node, path)?;
        let config = self.derivation_config(&mut object);
        self.finish(&object, "a derivation");
        match Derivation::new(config?, self.functions) {
            Ok(rule) => Some(rule),
            Err(error) => {
                self.derivation_error(&object, node, &error);
                None
            }
        }
    }

    fn derivation_config(&mut self, object: &mut Object<'_>) -> Option<DerivationConfig> {
        let text = |this: &mut Self, object: &mut Object<'_>, key| {
            this.take_text(object, key).map(|text| text.to_string())
        };
        let source = text(self, object, "source");
        let target = text(self, object, "target");
        for key in ["source", "target"] {
            if !object.has(key) {
                self.missing(object, key, format!("a derivation needs a `{key}`"));
            }
        }
        let transform = text(self, object, "transform");
        let when = self.take_word(object, "when", &WHEN).unwrap_or_default();
        let template = text(self, object, "template");
        let custom_class = text(self, object, "custom_class");
        let transform_value = self.take_value(object, "transform_value");
        let transform_values = object.has("transform_values").then(|| {
            let items = self.take_list(object, "transform_values");
            items.into_iter().map(|(path, item)| self.value(item, &path)).collect()
        });
        object.take("transform_values");
        let transform_map = object.has("transform_map").then(|| self.take_mapping(object, "transform_map"));
        object.take("transform_map");
        let path = object.at("transform_default");
        let transform_default =
            object.take_even_null("transform_default").map(|node| self.value(node, &path));
        let transform_replacement = text(self, object, "transform_replacement");
        let expression = text(self, object, "expression");
        let config = DerivationConfig::new(source?, target?);
        Some(DerivationConfig {
            transform: transform.unwrap_or(config.transform),
            when,
            template,
            custom_class,
            transform_value,
            transform_values,
            transform_map,
            transform_default,
            transform_replacement,
            expression,
            source: config.source,
            target: config.target,
        })
    }

    fn derivation_error(&mut self, object: &Object<'_>, node: &Node, error: &DerivationError) {
        let key = match error {
            DerivationError::UnknownTransform { .. } => "transform",
            DerivationError::UnknownCustom { .. } => "custom_class",
            DerivationError::Expression(_) => "expression",
            DerivationError::Pattern { .. } | DerivationError::PatternTooLong { .. } => "transform_value",
            DerivationError::Group { .. } => "transform_replacement",
            DerivationError::Missing { .. } | DerivationError::NoField => "",
            _ => "template",
        };
        let path = if key.is_empty() { object.path.clone() } else { object.at(key) };
        let at = node.entry(key).unwrap_or(node);
        match (error, &at.kind) {
            (DerivationError::Expression(_), Kind::Text(_)) => {
                // Once more, for the places of what is wrong with it.
                self.expression(at, &path);
                return;
            }
            #[cfg(feature = "template")]
            (DerivationError::Template(error), Kind::Text(source)) => {
                self.not_a_template(at, source, &path, error);
                return;
            }
            _ => {}
        }
        let code = match error {
            DerivationError::UnknownCustom { .. } => DefinitionCode::UnknownFunction,
            DerivationError::Missing { .. } | DerivationError::NoField => DefinitionCode::Missing,
            _ => DefinitionCode::InvalidValue,
        };
        let message = match error.source() {
            // A pattern's error is a drawing of several lines; the last one says what it is.
            Some(cause) => {
                let cause = cause.to_string();
                let last = cause.lines().last().unwrap_or_default();
                format!("{error}: {}", last.trim_start_matches("error: "))
            }
            None => error.to_string(),
        };
        self.error(at.spot, path, code, message);
    }
}
