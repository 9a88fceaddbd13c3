//! Answers from texts: the pipeline with learned answers, and an extractor that asks a service.

mod collections;
mod golden;
mod pipeline;
mod safety;
mod server;
mod service;
mod typed;

use serde_json::Value;
use stepflow_wizard::extract::{Extraction, Message, ScriptedExtractor, advance_text_blocking};
use stepflow_wizard::{Outcome, Refused};

use crate::kit::{Session, map};

/// What an extractor finds.
fn found(values: Value, confidence: f64) -> Extraction {
    Extraction::new(map(values), confidence)
}

impl Session {
    /// Answers with a text, which the extractor reads.
    fn say(&mut self, message: impl Into<Message>, extractor: &ScriptedExtractor) -> Outcome {
        let outcome = self.try_to_say(message, extractor).unwrap();
        self.state = outcome.state.clone();
        outcome
    }

    fn try_to_say(
        &mut self,
        message: impl Into<Message>,
        extractor: &ScriptedExtractor,
    ) -> Result<Outcome, Box<Refused>> {
        self.seconds += 1;
        advance_text_blocking(&self.definition, self.state.clone(), message, extractor, &self.env())
    }

    /// Answers with a text, when it is known what the extractor finds in it.
    fn say_finding(&mut self, text: &str, values: Value, confidence: f64) -> Outcome {
        self.say(text, &ScriptedExtractor::new([found(values, confidence)]))
    }
}

fn names<'a>(names: impl IntoIterator<Item = &'a stepflow_wizard::Name>) -> Vec<String> {
    names.into_iter().map(ToString::to_string).collect()
}
