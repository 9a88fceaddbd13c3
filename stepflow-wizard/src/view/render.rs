//! Texts over the data.

use crate::definition::Text;
use crate::error::BoxError;
use crate::state::State;
use crate::walk::Walk;
use crate::{Definition, Map, Name, Stage};

/// What the texts of a stage may name.
#[derive(Clone, Copy)]
pub(crate) struct Renderer<'a> {
    pub(crate) definition: &'a Definition,
    pub(crate) state: &'a State,
    pub(crate) walk: &'a Walk<'a>,
    pub(crate) stage: &'a Stage,
    pub(crate) turn: &'a Map,
}

#[cfg(feature = "template")]
impl Renderer<'_> {
    /// The text with the data in it. It is text, not markup.
    pub(crate) fn render(&self, text: &Text) -> Result<Name, BoxError> {
        use crate::template::{Escape, TemplateContext};

        let Some(template) = text.template() else { return Ok(text.shared()) };
        let frame = self.state.top();
        let data = super::data_at(self.walk, frame, self.turn);
        let mut context =
            TemplateContext::new(&data).with("completed", self.state.is_completed()).with_turn(self.turn);
        // In the original, data of the same name hides these two.
        let original = self.definition.settings().original();
        for (name, value) in [("stage_name", self.stage.name.as_ref()), ("stage_label", self.stage.title())] {
            if !(original && data.contains_key(name)) {
                context = context.with(name, value);
            }
        }
        // What grows is made for those who ask for it alone.
        if template.names("history") {
            let history = frame.visits.iter().map(|visit| visit.stage.as_ref().into());
            context = context.with("history", history.collect::<Vec<serde_json::Value>>());
        }
        let banks = if template.names("bank") { banks(self.walk, frame) } else { Vec::new() };
        for (name, records) in &banks {
            context = context.with_bank(name, records);
        }
        Ok(template.render(&context, Escape::None)?.into())
    }
}

#[cfg(not(feature = "template"))]
impl Renderer<'_> {
    #[expect(clippy::unnecessary_wraps, reason = "templates may fail")]
    pub(crate) fn render(&self, text: &Text) -> Result<Name, BoxError> {
        let _ = (self.definition, self.state, self.walk, self.stage, self.turn);
        Ok(text.shared())
    }
}

/// The items collected so far, by the fields that hold them and by the stages that collect them.
#[cfg(feature = "template")]
fn banks<'a>(walk: &Walk<'a>, frame: &crate::state::Frame) -> Vec<(&'a str, Vec<serde_json::Value>)> {
    let mut banks = Vec::new();
    for stage in &walk.flow.flow.stages {
        if let crate::StageKind::Collect(collect) = &stage.kind {
            let items = crate::walk::items_of(walk.flow, frame, &stage.name);
            banks.push((&*collect.key, items.clone()));
            banks.push((&*stage.name, items));
        }
    }
    banks
}

/// A text that becomes a value; none where it names something that is absent, or comes out blank.
pub(crate) fn render_derived(text: &Text, data: &Map) -> Option<String> {
    #[cfg(feature = "template")]
    if let Some(template) = text.template() {
        let data: Map = data
            .iter()
            .filter(|(name, _)| !name.starts_with('_'))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let context = crate::template::TemplateContext::new(&data);
        let rendered = template.render(&context, crate::template::Escape::None).ok()?;
        return Some(rendered.trim().to_owned()).filter(|text| !text.is_empty());
    }
    let _ = data;
    Some(text.source().trim().to_owned()).filter(|text| !text.is_empty())
}
