//! Keys that the core does not read: checked here, kept as they are, and read by those they are for.

use super::Reader;
use super::object::Object;
use crate::Map;
use crate::error::DefinitionCode;
use crate::load::source::{Kind, Node};

/// What a value has to look like.
#[derive(Debug, Clone, Copy)]
pub(in crate::load) enum Shape {
    Any,
    /// A whole number from 0 on.
    Count,
    Flag,
    /// From 0 to 1.
    Fraction,
    List(&'static Self),
    /// A mapping of these keys and no others.
    Keys(&'static [(&'static str, Self)]),
    Mapping,
    Text,
    /// One of these.
    Word(&'static [&'static str]),
}

const RECOVERY: Shape =
    Shape::Word(&["derivation", "boolean_recovery", "scope_escalation", "focused_retry", "clarification"]);

const SCOPE: Shape = Shape::Word(&["current_message", "recent_messages", "wizard_session"]);

const REASONING: Shape = Shape::Word(&["single", "react"]);

/// Settings that others than the core read.
pub(in crate::load) const SETTINGS: &[(&str, Shape)] = &[
    ("allow_post_completion_edits", Shape::Flag),
    ("artifact", Shape::Mapping),
    ("banks", Shape::Mapping),
    ("conflict_strategy", Shape::Text),
    ("context_template", Shape::Text),
    ("ephemeral_keys", Shape::List(&Shape::Text)),
    ("extraction_grounding", Shape::Flag),
    (
        "extraction_hints",
        Shape::Keys(&[
            ("boolean_recovery", Shape::Flag),
            ("enum_normalize", Shape::Flag),
            ("normalize_threshold", Shape::Fraction),
            ("reject_unmatched", Shape::Flag),
        ]),
    ),
    ("extraction_scope", SCOPE),
    ("grounding_overlap_threshold", Shape::Fraction),
    ("log_conflicts", Shape::Flag),
    ("max_tool_iterations", Shape::Count),
    ("output_paths", Shape::Mapping),
    (
        "recovery",
        Shape::Keys(&[
            (
                "clarification",
                Shape::Keys(&[
                    ("exclude_derivable", Shape::Flag),
                    ("groups", Shape::List(&Shape::Any)),
                    ("template", Shape::Text),
                ]),
            ),
            ("focused_retry", Shape::Keys(&[("enabled", Shape::Flag), ("max_retries", Shape::Count)])),
            ("pipeline", Shape::List(&RECOVERY)),
        ]),
    ),
    (
        "scope_escalation",
        Shape::Keys(&[
            ("enabled", Shape::Flag),
            ("escalation_scope", SCOPE),
            ("recent_messages_count", Shape::Count),
        ]),
    ),
    ("section_to_stage_mapping", Shape::Mapping),
    ("skip_builtin_grounding", Shape::Flag),
    ("store_trace", Shape::Flag),
    ("submit_button", Shape::Text),
    ("timeout_seconds", Shape::Any),
    ("tool_reasoning", REASONING),
    ("verbose", Shape::Flag),
];

/// Keys of a stage that others than the core read.
pub(in crate::load) const STAGE: &[(&str, Shape)] = &[
    ("button", Shape::Text),
    (
        "context_generation",
        Shape::Keys(&[
            ("fallback", Shape::Any),
            ("model", Shape::Text),
            ("prompt", Shape::Text),
            ("variable", Shape::Text),
        ]),
    ),
    (
        "intent_detection",
        Shape::Keys(&[
            (
                "intents",
                Shape::List(&Shape::Keys(&[
                    ("description", Shape::Text),
                    ("id", Shape::Text),
                    ("keywords", Shape::List(&Shape::Text)),
                ])),
            ),
            ("method", Shape::Text),
        ]),
    ),
    ("llm_assist", Shape::Flag),
    ("llm_assist_prompt", Shape::Text),
    ("max_iterations", Shape::Count),
    ("mode", Shape::Word(&["conversation", "structured"])),
    ("reasoning", REASONING),
    ("tools", Shape::List(&Shape::Text)),
];

impl Reader<'_> {
    /// Takes the keys of a table, and keeps what is there.
    pub(super) fn take_extra(
        &mut self,
        object: &mut Object<'_>,
        table: &'static [(&'static str, Shape)],
    ) -> Map {
        let mut extra = Map::new();
        for (key, shape) in table {
            if let Some(node) = object.take(key) {
                self.check(node, &object.at(key), *shape);
                self.value(node, &object.at(key));
                extra.insert((*key).to_owned(), self.kept(node, *shape));
            }
        }
        extra
    }

    /// The same, and keys that begin with `x-`: those are the author's own.
    pub(super) fn take_extra_and_own(
        &mut self,
        object: &mut Object<'_>,
        table: &'static [(&'static str, Shape)],
    ) -> Map {
        let mut extra = self.take_extra(object, table);
        for entry in object.take_own() {
            let path = object.at(&entry.key);
            extra.insert(entry.key.clone(), self.value(&entry.value, &path));
        }
        extra
    }

    /// Words without quotes that are numbers or true and false are what the shape says.
    fn kept(&self, node: &Node, shape: Shape) -> serde_json::Value {
        match (shape, &node.kind) {
            (Shape::Text, Kind::Number(_)) => {
                self.sources.spelling(node).map_or_else(|| node.to_value(), serde_json::Value::from)
            }
            (Shape::Flag, Kind::Text(word)) => {
                matches!(word.to_ascii_lowercase().as_str(), "yes" | "on").into()
            }
            _ => node.to_value(),
        }
    }

    fn check(&mut self, node: &Node, path: &str, shape: Shape) {
        match shape {
            Shape::Any => {}
            Shape::Count => {
                if !matches!(&node.kind, Kind::Number(number) if number.is_u64()) {
                    self.unfit(node, path, "a whole number from 0 on");
                }
            }
            Shape::Flag => drop(self.flag(node, path)),
            Shape::Fraction => {
                let fits = |number: &serde_json::Number| {
                    number.as_f64().is_some_and(|number| (0.0..=1.0).contains(&number))
                };
                if !matches!(&node.kind, Kind::Number(number) if fits(number)) {
                    self.unfit(node, path, "a number from 0 to 1");
                }
            }
            Shape::Keys(table) => {
                if let Some(mut object) = self.object(node, path) {
                    self.take_extra(&mut object, table);
                    let what = path.rsplit('.').next().unwrap_or(path);
                    self.finish(&object, &format!("`{what}`"));
                }
            }
            Shape::List(each) => {
                for (index, item) in self.list(node, path).iter().enumerate() {
                    self.check(item, &format!("{path}[{index}]"), *each);
                }
            }
            Shape::Mapping => {
                if !matches!(node.kind, Kind::Map(_)) {
                    self.unfit(node, path, "a mapping of keys and values");
                }
            }
            Shape::Text => drop(self.text(node, path)),
            Shape::Word(words) => {
                let known: Vec<_> = words.iter().map(|word| (*word, ())).collect();
                self.word(node, path, &known);
            }
        }
    }

    /// Complains about a value that is out of what a key allows.
    pub(super) fn refuse(&mut self, object: &Object<'_>, key: &str, message: impl Into<String>) {
        self.error(object.spot_of(key), object.at(key), DefinitionCode::InvalidValue, message);
    }
}
