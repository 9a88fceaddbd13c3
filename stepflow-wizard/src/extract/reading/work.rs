//! What is known while a text is read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Value, json};

use super::schema;
use crate::advance::{Standing, defaults, derive, weigh};
use crate::command::{Conflict, Dropped, Extracted, Filled, Source};
use crate::definition::{Capture, CompiledFlow, ExtractionPolicy, ExtractionScope, Recovery, StageKind};
use crate::extract::request::Excerpt;
use crate::extract::{Asking, Extraction, ExtractionRequest, Message};
use crate::schema::Schema;
use crate::values::{Field, Signals};
use crate::{Definition, Map, Name, Stage};

/// How many complaints are kept, and letters of each.
const COMPLAINTS: (usize, usize) = (20, 200);

/// Bytes of an extractor's own report that are kept.
const REPORT: usize = 4096;

/// What comes next.
#[derive(Debug)]
pub(super) enum Next {
    /// An extractor is asked.
    Ask(Box<Asked>),
    /// The text says that a collection is complete.
    Done,
    /// All is read.
    Over,
}

/// A question, and where the recovery stands.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) request: ExtractionRequest,
    /// The strategy that asks; the one after it comes next.
    pub(super) strategy: usize,
    /// How often it was asked for what is missing.
    pub(super) attempt: usize,
}

impl Asked {
    pub(super) fn is_first(&self) -> bool {
        self.request.asking == Asking::First
    }
}

/// The stage, and what was found so far.
pub(super) struct Work<'d> {
    pub(super) definition: &'d Definition,
    pub(super) standing: Standing<'d>,
    pub(super) policy: ExtractionPolicy,
    pub(super) strategies: Vec<Recovery>,
    /// Whether the behaviour of another system is reproduced.
    pub(super) original: bool,
    pub(super) fields: BTreeMap<Name, Field>,
    /// What was found.
    pub(super) found: Map,
    /// What the schema is to judge: what was there, what was found, what was filled in.
    pub(super) values: Map,
    /// Derived values of fields that the stage does not have.
    pub(super) elsewhere: Map,
    pub(super) turn: Map,
    pub(super) sources: BTreeMap<Name, Source>,
    pub(super) grounded: BTreeMap<Name, bool>,
    pub(super) written: BTreeSet<Name>,
    pub(super) said: Map,
    pub(super) dropped: Vec<Dropped>,
    pub(super) conflicts: Vec<Conflict>,
    /// What the extractor gave that counts for the confidence.
    pub(super) counts: Extraction,
    /// What went wrong on the way.
    pub(super) troubles: Vec<String>,
    pub(super) sure: Sure,
    pub(super) asked: usize,
    pub(super) deaf: bool,
}

/// What is known about how sure the extractor is.
#[derive(Debug, Default)]
pub(super) struct Sure {
    /// Somebody was sure.
    pub(super) confident: bool,
    /// A value was taken that nobody was sure of.
    pub(super) doubtful: bool,
    /// A value was read from the person's own words.
    pub(super) by_words: bool,
}

impl<'d> Work<'d> {
    pub(super) fn new(definition: &'d Definition, standing: Standing<'d>) -> Self {
        let settings = definition.settings();
        let policy = settings.extraction_policy();
        let stage = &standing.flow.flow.stages[standing.at];
        let strategies = if stage.extraction.recovery_enabled { policy.recovery.clone() } else { Vec::new() };
        let schema = standing.flow.stages[standing.at].schema.as_ref();
        let fields = schema.iter().flat_map(|schema| &schema.fields);
        Self {
            definition,
            strategies,
            original: settings.original(),
            fields: fields.map(|(name, schema)| (name.clone(), field(name, schema))).collect(),
            found: Map::new(),
            values: standing.base.clone(),
            elsewhere: Map::new(),
            turn: Map::new(),
            sources: BTreeMap::new(),
            grounded: BTreeMap::new(),
            written: BTreeSet::new(),
            said: Map::new(),
            dropped: Vec::new(),
            conflicts: Vec::new(),
            counts: Extraction::nothing(),
            troubles: Vec::new(),
            sure: Sure::default(),
            asked: 0,
            deaf: false,
            policy,
            standing,
        }
    }

    pub(super) fn stage(&self) -> &'d Stage {
        &self.standing.flow.flow.stages[self.standing.at]
    }

    pub(super) fn flow(&self) -> &'d CompiledFlow {
        self.standing.flow
    }

    pub(super) fn schema(&self) -> Option<&'d Schema> {
        self.standing.flow.stages[self.standing.at].schema.as_ref()
    }

    pub(super) fn raw_schema(&self) -> Option<&'d Value> {
        self.stage().schema.as_deref()
    }

    /// What to do with a message that has just come.
    pub(super) fn begin(&mut self, message: &Message) -> Next {
        if self.is_done(&message.text) {
            return Next::Done;
        }
        if !self.original {
            self.turn.insert("_message".to_owned(), message.text.as_str().into());
        }
        let Some(schema) = self.raw_schema().filter(|_| self.original || !self.fields.is_empty()) else {
            return self.take_as_it_stands(message);
        };
        if let Some(field) = self.verbatim(schema, message) {
            if self.standing.unconfirmed && says_yes(&message.text) {
                return Next::Over;
            }
            let whole = Extraction::new([(field, message.text.as_str())], 1.0);
            self.merge(message, &whole, Source::Verbatim, None);
            self.count(whole, true);
            self.fill();
            return self.recover(message, 0);
        }
        self.ask(message, schema::without_defaults(schema), self.scope(), Asking::First, 0, 0)
    }

    /// A stage that asks for nothing hears the text, and keeps it for this call.
    fn take_as_it_stands(&mut self, message: &Message) -> Next {
        let text = Value::from(message.text.as_str());
        if self.original {
            self.hear(&message.text);
            self.said.insert("_raw_input".to_owned(), text.clone());
        }
        self.turn.insert("_raw_input".to_owned(), text);
        self.counts.confidence = 1.0;
        self.sure.confident = true;
        Next::Over
    }

    /// In the original, the text is data.
    pub(super) fn hear(&mut self, text: &str) {
        if self.standing.known.get("_raw_input").and_then(Value::as_str) != Some(text) {
            self.written.insert("_raw_input".into());
        }
    }

    /// Whether the text is a word by which a collection ends.
    fn is_done(&self, text: &str) -> bool {
        let stage = self.stage();
        let words = stage.extra.get("collection_config").and_then(|config| config.get("done_keywords"));
        let said = text.trim().to_lowercase();
        let is = |word: &Value| word.as_str().is_some_and(|word| word.trim().to_lowercase() == said);
        matches!(stage.kind, StageKind::Collect(_))
            && words.and_then(Value::as_array).is_some_and(|words| words.iter().any(is))
    }

    /// The field whose value is the text itself, if there is one.
    fn verbatim(&self, schema: &'d Value, message: &Message) -> Option<&'d str> {
        let asked = Excerpt::of(message, ExtractionScope::CurrentMessage, 0, self.limits()).asked;
        match self.stage().extraction.capture {
            Capture::Extract => None,
            Capture::Verbatim if self.original && asked.is_some() => None,
            Capture::Verbatim => schema::properties(schema)?.keys().next().map(String::as_str),
            // A question before it may be what the text refers to.
            Capture::Auto if asked.is_some() => None,
            Capture::Auto => schema::only_text(schema),
        }
    }

    pub(super) fn ask(
        &mut self,
        message: &Message,
        schema: Value,
        scope: ExtractionScope,
        asking: Asking,
        strategy: usize,
        attempt: usize,
    ) -> Next {
        let Excerpt { earlier, asked } =
            Excerpt::of(message, scope, self.policy.recent_messages, self.limits());
        let stage = self.stage();
        self.asked += 1;
        let request = ExtractionRequest {
            text: message.text.clone(),
            earlier,
            asked,
            schema,
            stage: stage.name.clone(),
            prompt: stage.prompt.source().to_owned(),
            model: stage.extraction.model.clone(),
            asking,
        };
        Next::Ask(Box::new(Asked { request, strategy, attempt }))
    }

    pub(super) fn scope(&self) -> ExtractionScope {
        self.stage().extraction.scope.unwrap_or(self.policy.scope)
    }

    pub(super) fn limits(&self) -> &'d crate::Limits {
        &self.definition.settings().limits
    }

    /// Fills in defaults and derivations. Ours begins anew from what was found, so that a value that is taken back
    /// leaves nothing behind; the original adds to what is there.
    pub(super) fn fill(&mut self) {
        if !self.original {
            self.values.clone_from(&self.standing.base);
            self.values.append(&mut self.found.clone());
            self.elsewhere.clear();
            self.sources.retain(|name, _| self.found.contains_key(&**name));
        }
        for name in defaults(self.flow(), self.standing.at, &mut self.values) {
            self.sources.insert(name.clone(), Source::Default);
            self.written.insert(name);
        }
        self.derive();
    }

    pub(super) fn derive(&mut self) {
        let mut known = self.standing.known.clone();
        known.append(&mut self.elsewhere.clone());
        let before = self.values.clone();
        let (mut elsewhere, derived) = derive(
            self.definition,
            self.flow(),
            self.standing.at,
            &mut self.values,
            Some(&known),
            &self.turn,
        );
        self.elsewhere.append(&mut elsewhere);
        for name in derived {
            if before.get(&*name) != self.values.get(&*name) {
                self.sources.insert(name.clone(), Source::Derived);
            }
            self.written.insert(name);
        }
    }

    /// All that was found and filled in, for the core.
    pub(super) fn into_extracted(mut self, message: &Message) -> Extracted {
        let base = &self.standing.base;
        let mut values = self.values;
        values.retain(|name, value| base.get(name) != Some(value));
        let changed = !self.found.is_empty();
        let confirmed = self.standing.unconfirmed && !changed && says_yes(&message.text);
        let confident = match &self.sure {
            _ if confirmed => true,
            Sure { doubtful: true, .. } => false,
            sure => sure.confident || sure.by_words,
        };
        self.sources.retain(|name, _| values.contains_key(&**name));
        self.grounded.retain(|name, _| values.contains_key(&**name));
        let mut errors = self.counts.errors;
        errors.append(&mut self.troubles);
        errors.truncate(COMPLAINTS.0);
        let clip = |error: String| error.chars().take(COMPLAINTS.1).collect();
        let report = self.counts.report;
        Extracted {
            values,
            turn: self.turn,
            sources: self.sources,
            confidence: self.counts.confidence,
            confident,
            errors: errors.into_iter().map(clip).collect(),
            said: self.said,
            grounded: self.grounded,
            dropped: self.dropped,
            conflicts: self.conflicts,
            provenance: BTreeMap::new(),
            report: if weigh(&report) > REPORT { Value::Null } else { report },
            filled: Some(Box::new(Filled { elsewhere: self.elsewhere, written: self.written })),
        }
    }
}

impl fmt::Debug for Work<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work").field("found", &self.found).finish_non_exhaustive()
    }
}

/// A field by its schema. What it says about extraction is left out where it cannot be understood.
pub(super) fn field(name: &str, schema: &Value) -> Field {
    Field::new(name, schema)
        .or_else(|_| Field::new(name, &understood(schema)))
        .unwrap_or_else(|_| Field::without_hints(name, schema))
}

/// The schema with as much of `x-extraction` as can be understood, key by key.
fn understood(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(Value::Object(hints)) = schema.get_mut("x-extraction") {
        let good = |key: &str, value: &Value| {
            let alone = json!({ "x-extraction": { key: value } });
            Field::new("", &alone).is_ok()
        };
        hints.retain(|key, value| good(key, value));
    }
    schema
}

pub(super) fn says_yes(text: &str) -> bool {
    Signals::default().read(text) == Some(true)
}
