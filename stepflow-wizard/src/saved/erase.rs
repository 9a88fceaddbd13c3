//! What is sensitive is taken out of a state.

use std::collections::BTreeSet;

use crate::state::{Frame, Page};
use crate::{Definition, Map, State};

impl Definition {
    /// The names of all fields that some stage marks as sensitive: they are not to be shown.
    ///
    /// ```
    /// use serde_json::json;
    /// use stepflow_wizard::{Blueprint, Definition, Flow, Stage};
    ///
    /// let schema = json!({ "type": "object", "properties": { "pin": { "type": "string", "writeOnly": true } } });
    /// let flow = Flow::new("card", vec![Stage::new("pin").schema(schema).to("done"), Stage::end("done")]);
    /// let card = Definition::new(Blueprint::new(flow))?;
    /// assert!(card.sensitive_fields().contains("pin"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn sensitive_fields(&self) -> BTreeSet<&str> {
        let flows = self.flows().filter_map(|(path, _)| self.compiled(path));
        let stages = flows.flat_map(|flow| flow.flow.stages.iter().zip(&flow.stages));
        let names = stages.flat_map(|(stage, compiled)| {
            let by_schema = compiled.schema.iter().flat_map(|schema| schema.sensitive.iter());
            stage.sensitive.iter().chain(by_schema)
        });
        names.map(|name| &**name).collect()
    }
}

/// The state without the values of sensitive fields, wherever in it they stand. By name: a field that carries the same
/// name on another stage goes too.
pub(super) fn without_sensitive(definition: &Definition, mut state: State) -> State {
    let names = definition.sensitive_fields();
    state.frames.iter_mut().for_each(|frame| clear_frame(frame, &names));
    for record in &mut state.log {
        record.data.iter_mut().for_each(|data| clear(data, &names));
    }
    state
}

/// The data without the values of sensitive fields.
pub(super) fn plain(definition: &Definition, mut data: Map) -> Map {
    clear(&mut data, &definition.sensitive_fields());
    data
}

fn clear_frame(frame: &mut Frame, names: &BTreeSet<&str>) {
    clear(&mut frame.initial, names);
    frame.pages.values_mut().for_each(|page| clear_page(page, names));
}

fn clear_page(page: &mut Page, names: &BTreeSet<&str>) {
    let Page { answers, derived, effects, results, turn, draft, items, left, .. } = page;
    let items = items.iter_mut().map(|item| &mut item.values);
    for data in [answers, derived, effects, results, turn].into_iter().chain(draft.as_mut()).chain(items) {
        clear(data, names);
    }
    left.iter_mut().for_each(|frame| clear_frame(frame, names));
}

fn clear(data: &mut Map, names: &BTreeSet<&str>) {
    data.retain(|name, _| !names.contains(name.as_str()));
}
