//! A stage is answered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::enter::Motion;
use super::{Transaction, fill, input, leave};
use crate::command::{Extracted, Filled, Input, Provenance, Source};
use crate::definition::{AnswerModel, Incomplete, StageKind, UnknownFields};
use crate::error::{FieldError, WizardError};
use crate::outcome::{Cause, DiagnosticCode, Kind};
use crate::record::Trigger;
use crate::schema::Problems;
use crate::state::Page;
use crate::walk::Walk;
use crate::{Map, Name};

pub(super) fn submit(transaction: &mut Transaction<'_>, input: Input) -> Result<(), WizardError> {
    let (given, extracted) = match input {
        Input::Text(_) => return Err(WizardError::ExtractorRequired),
        Input::Map(given) => (given, None),
        Input::Extracted(extracted) => {
            transaction.turn.append(&mut extracted.turn.clone());
            (extracted.values.clone(), Some(*extracted))
        }
    };
    let flow = transaction.flow()?;
    let at = transaction.at(flow)?;
    match &flow.flow.stages[at].kind {
        StageKind::Collect(_) => match extracted {
            Some(extracted) => return super::collect::add_found(transaction, extracted),
            None if given.is_empty() => return super::collect::go_on(transaction),
            None => return super::collect::add(transaction, given),
        },
        StageKind::Subflow(_) => {
            let walk = leave::walk_to_cursor(transaction)?;
            return super::settle::settle(transaction, walk);
        }
        _ => {}
    }
    Answer::new(transaction, at, given, extracted)?.take(transaction)
}

/// An answer on its way in.
struct Answer<'d> {
    walk: Walk<'d>,
    at: usize,
    page: Page,
    /// What was given, without what nobody asked for.
    given: Map,
    /// What the schema is to judge.
    values: Map,
    /// Fields that were given and that the stage does not have.
    unknown: Vec<Name>,
    extracted: Option<Extracted>,
}

impl<'d> Answer<'d> {
    fn new(
        transaction: &mut Transaction<'d>,
        at: usize,
        mut given: Map,
        extracted: Option<Extracted>,
    ) -> Result<Self, WizardError> {
        input::part_turn(transaction, &mut given);
        let unknown = input::unknown(transaction, at, &given)?;
        given.retain(|name, _| !unknown.iter().any(|unknown| **unknown == **name));
        let walk = leave::walk_to_cursor(transaction)?;
        let flow = walk.flow;
        let mut page = transaction.page();
        page.answers = walk.known.own(&page, transaction.frame(), flow).into_owned();
        let values = match flow.flow.answers {
            AnswerModel::Flat => walk.known.values(at, &page, &given, transaction.frame(), flow),
            AnswerModel::PerStage => {
                // An answer grows by what is found in texts; one that was given as a whole stands alone.
                let grows = extracted.is_some() || (page.unconfirmed && given.is_empty());
                let mut values = if grows { grown(&page) } else { Map::new() };
                values.append(&mut given.clone());
                values.retain(|_, value| !value.is_null());
                values
            }
        };
        Ok(Self { walk, at, page, given, values, unknown, extracted })
    }

    fn take(mut self, transaction: &mut Transaction<'d>) -> Result<(), WizardError> {
        self.refuse_unknown(transaction);
        let derived = self.fill(transaction);
        let mut problems = self.judge(transaction);
        self.drop_misread(transaction, &mut problems);
        transaction.report.changed = self.changed(transaction, &derived);
        transaction.report.missing.clone_from(&problems.missing);
        let faulty = !problems.errors.is_empty() || !transaction.report.errors.is_empty();
        if faulty && self.extracted.is_none() {
            transaction.report.errors.append(&mut problems.errors);
            transaction.report.changed.clear();
            return self.keep_draft(transaction, Kind::Invalid);
        }
        let settings = transaction.definition.settings();
        let breaks_a_rule = problems.errors.iter().any(|error| error.field.is_none());
        transaction.report.errors.append(&mut problems.errors);
        let waits =
            (!problems.missing.is_empty() || breaks_a_rule) && settings.incomplete == Incomplete::Stay;
        if waits {
            return self.keep_part(transaction, derived, Kind::Incomplete);
        }
        if self.must_confirm(transaction) {
            return self.keep_part(transaction, derived, Kind::Confirm);
        }
        let page = self.accepted(transaction, derived, true)?;
        self.tell(transaction, &page.answers, &page.sources);
        leave::leave(transaction, self.walk, page, Motion::new(Trigger::UserInput, Cause::Next))
    }

    fn refuse_unknown(&self, transaction: &mut Transaction<'_>) {
        if self.unknown.is_empty() {
            return;
        }
        let drop = transaction.definition.settings().unknown_fields == UnknownFields::Drop
            || self.extracted.is_some();
        if drop {
            let message = format!("{} fields were given that nobody asked for", self.unknown.len());
            transaction.diagnose(DiagnosticCode::UnknownFields, message);
        } else {
            let known = self.walk.flow.stages[self.at].schema.iter().flat_map(|schema| schema.fields.keys());
            let known: Vec<&str> = known.map(|name| &**name).collect();
            for name in &self.unknown {
                let meant = crate::suggest::closest(name, known.iter().copied());
                let hint = meant.map(|meant| format!(" Did you mean `{meant}`?")).unwrap_or_default();
                let message = format!("Is not asked for here.{hint}");
                transaction.report.errors.push(FieldError::new(Arc::clone(name), "unknown", message));
            }
        }
    }

    /// Defaults and derivations; what is derived for fields of other stages comes back.
    fn fill(&mut self, transaction: &Transaction<'_>) -> Map {
        if let Some(filled) = self.filled() {
            return filled.elsewhere.clone();
        }
        // The original does neither for answers that were given field by field.
        if transaction.original() && self.extracted.is_none() {
            return Map::new();
        }
        let fields = self.walk.known.fields();
        fill::fill(
            transaction.definition,
            self.walk.flow,
            self.at,
            &mut self.values,
            fields,
            &transaction.turn,
        )
    }

    /// What a pipeline has filled in already.
    fn filled(&self) -> Option<&Filled> {
        self.extracted.as_ref()?.filled.as_deref()
    }

    /// What is wrong with the values. Those that hold for this call alone count as well.
    fn judge(&mut self, transaction: &Transaction<'_>) -> Problems {
        let Some(schema) = &self.walk.flow.stages[self.at].schema else { return Problems::default() };
        let said = |name: &&Name| schema.fields.contains_key(*name) && !self.values.contains_key(&***name);
        let per_turn = transaction.definition.settings().per_turn.iter().filter(said);
        let said: Vec<(String, Value)> = per_turn
            .filter_map(|name| transaction.turn.get_key_value(&**name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        self.values.extend(said.iter().cloned());
        let mut problems = schema.judge(&mut self.values);
        self.values.retain(|name, _| !said.iter().any(|(other, _)| other == name));
        if transaction.original() {
            // In the original, a text of nothing but space is there.
            problems.missing.retain(|name| self.values.get(&**name).is_none_or(Value::is_null));
        }
        problems
    }

    /// Values that were found in a text and are not as they should be are as good as not found.
    fn drop_misread(&mut self, transaction: &Transaction<'_>, problems: &mut Problems) {
        if self.extracted.is_none() {
            return;
        }
        let faulty: BTreeSet<Name> = problems.errors.iter().filter_map(|error| error.field.clone()).collect();
        if faulty.is_empty() {
            return;
        }
        for name in &faulty {
            self.values.remove(&**name);
            self.given.remove(&**name);
        }
        // What is left may be incomplete, and break rules about the whole.
        let left = self.judge(transaction);
        problems.errors.retain(|error| error.field.is_some());
        problems.errors.extend(left.errors);
        problems.missing = left.missing;
    }

    /// The fields that the answer changes.
    fn changed(&self, transaction: &Transaction<'_>, derived: &Map) -> BTreeSet<Name> {
        if let Some(filled) = self.filled().filter(|_| transaction.original()) {
            return filled.written.clone();
        }
        let before = |name: &str| {
            let own = self.page.answers.get(name);
            own.or_else(|| self.walk.known.fields().and_then(|fields| fields.get(name)))
                .filter(|value| !value.is_null())
        };
        let after = |name: &str| {
            self.values
                .get(name)
                .or_else(|| self.given.get(name))
                .or_else(|| derived.get(name))
                .filter(|value| !value.is_null())
        };
        let names = self.values.keys().chain(self.given.keys()).chain(derived.keys());
        names.filter(|name| before(name) != after(name)).map(|name| Arc::from(name.as_str())).collect()
    }

    /// Whether the answers are to be shown once more before they count.
    fn must_confirm(&self, transaction: &mut Transaction<'_>) -> bool {
        let settings = transaction.definition.settings();
        let unsure = self.extracted.as_ref().is_some_and(|extracted| !extracted.confident);
        if unsure && settings.incomplete == Incomplete::Stay {
            transaction
                .diagnose(DiagnosticCode::LowConfidence, "the extractor was not sure of what it found");
            return true;
        }
        let Some(confirm) = self.walk.flow.flow.stages[self.at].confirm else { return false };
        let first = confirm.first && !self.page.confirmed && !self.page.unconfirmed;
        !transaction.report.changed.is_empty() && (first || confirm.changed)
    }

    /// The page with the answer in it.
    fn accepted(
        &self,
        transaction: &Transaction<'_>,
        derived: Map,
        complete: bool,
    ) -> Result<Page, WizardError> {
        let answers = match self.walk.flow.flow.answers {
            AnswerModel::PerStage => self.values.clone(),
            AnswerModel::Flat => self.merged(),
        };
        let mut sources = self.page.sources.clone();
        sources.retain(|name, _| answers.contains_key(&**name) && !self.given.contains_key(&**name));
        self.note_sources(&answers, &mut sources);
        let page = Page {
            answers,
            derived,
            effects: Map::new(),
            removed: Vec::new(),
            turn: Map::new(),
            draft: None,
            submitted: complete,
            // In the original, a stage that was ever skipped is said to be.
            skipped: transaction.original() && self.page.skipped,
            reopened: !complete && self.page.reopened,
            unconfirmed: false,
            confirmed: self.page.confirmed || (complete && self.page.unconfirmed),
            touched: transaction.state.rev,
            sources,
            returned: None,
            ..self.page.clone()
        };
        fits(transaction, &page)?;
        Ok(page)
    }

    /// The stage's own answers, with what was given now and what was filled in.
    fn merged(&self) -> Map {
        let mut answers = self.page.answers.clone();
        answers.append(&mut self.given.clone());
        let shared = self.walk.known.fields();
        for (name, value) in &self.values {
            let elsewhere = shared.is_some_and(|fields| fields.get(name) == Some(value));
            if !answers.contains_key(name) && !elsewhere {
                answers.insert(name.clone(), value.clone());
            }
        }
        answers
    }

    fn note_sources(&self, answers: &Map, sources: &mut BTreeMap<Name, Source>) {
        let found = self.extracted.as_ref().map(|extracted| &extracted.sources);
        for (name, value) in answers {
            let name: Name = Arc::from(name.as_str());
            if self.given.contains_key(&*name) {
                if let Some(found) = found {
                    sources.insert(Arc::clone(&name), found.get(&name).copied().unwrap_or(Source::Extracted));
                }
            } else if !self.page.answers.contains_key(&*name) && !sources.contains_key(&name) {
                let defaults =
                    self.walk.flow.stages[self.at].schema.iter().flat_map(|schema| &schema.defaults);
                let by_default = defaults.clone().any(|(field, default)| *field == name && default == value);
                sources.insert(name, if by_default { Source::Default } else { Source::Derived });
            }
        }
    }

    /// Keeps an answer that is not complete, or not confirmed.
    fn keep_part(
        mut self,
        transaction: &mut Transaction<'d>,
        derived: Map,
        kind: Kind,
    ) -> Result<(), WizardError> {
        let mut page = match self.walk.flow.flow.answers {
            AnswerModel::Flat => self.accepted(transaction, derived, false)?,
            AnswerModel::PerStage => {
                let mut sources = self.page.sources.clone();
                sources.retain(|name, _| !self.given.contains_key(&**name));
                self.note_sources(&self.values, &mut sources);
                Page { draft: Some(self.values.clone()), submitted: false, sources, ..self.page.clone() }
            }
        };
        page.unconfirmed = kind == Kind::Confirm;
        fits(transaction, &page)?;
        self.tell(transaction, page.draft.as_ref().unwrap_or(&page.answers), &page.sources);
        transaction.report.kind = Some(kind);
        let (depth, stage) = (transaction.depth(), Arc::clone(&transaction.frame().stage));
        transaction.say(depth, &page);
        transaction.set_page(depth, stage, page);
        super::tasks::answered(transaction)
    }

    /// Tells what was found, and where the values come from that it brought about.
    fn tell(&mut self, transaction: &mut Transaction<'d>, values: &Map, sources: &BTreeMap<Name, Source>) {
        let Some(mut found) = self.extracted.take() else { return };
        let brought =
            |name: &&Name| self.given.contains_key(&***name) || transaction.report.changed.contains(*name);
        for (name, source) in sources.iter().filter(|(name, _)| brought(name)) {
            if let Some(value) = values.get(&**name) {
                let grounded = found.grounded.get(name).copied();
                let provenance = Provenance { value: value.clone(), source: *source, grounded };
                found.provenance.insert(Arc::clone(name), provenance);
            }
        }
        transaction.report.extraction = Some(found);
    }

    /// Keeps what was typed, so that it can be shown again.
    fn keep_draft(self, transaction: &mut Transaction<'d>, kind: Kind) -> Result<(), WizardError> {
        transaction.report.kind = Some(kind);
        super::draft::keep(transaction, self.given)
    }
}

/// What a stage of its own answers grows from: what was found so far, or what was answered before.
pub(super) fn grown(page: &Page) -> Map {
    page.draft.as_ref().unwrap_or(&page.answers).clone()
}

/// All answers together may be so large.
pub(super) fn fits(transaction: &Transaction<'_>, page: &Page) -> Result<(), WizardError> {
    let allowed = transaction.definition.settings().limits.answer_bytes;
    let (depth, current) = (transaction.depth(), &transaction.frame().stage);
    let frames = transaction.state.frames.iter().enumerate();
    let pages = frames.flat_map(|(at, frame)| frame.pages.iter().map(move |(stage, page)| (at, stage, page)));
    let others = pages.filter(|(at, stage, _)| (*at, *stage) != (depth, current));
    let others = others.map(|(_, _, page)| page.weight);
    // The original's data grow where the flow was begun.
    let data = if transaction.original() { input::weigh_map(&transaction.frame().initial) } else { 0 };
    let own = weight(page).saturating_add(data);
    input::at_most(crate::error::Limit::Answers, allowed, others.fold(own, usize::saturating_add))
}

/// Roughly how many bytes a page is.
pub(super) fn weight(page: &Page) -> usize {
    let maps = [
        Some(&page.answers),
        Some(&page.derived),
        Some(&page.effects),
        Some(&page.results),
        page.draft.as_ref(),
    ];
    let maps: usize = maps.into_iter().flatten().map(input::weigh_map).sum();
    let own = maps + page.items.iter().map(|item| input::weigh_map(&item.values)).sum::<usize>();
    // What a saved state says of its own weight is not trusted.
    let left = page.left.iter().flat_map(|frame| frame.pages.values()).map(|page| page.weight);
    left.fold(own, usize::saturating_add)
}
