//! Stages that collect items.

use std::hash::Hasher;
use std::sync::Arc;

use super::enter::Motion;
use super::leave::{self, walk_to_cursor};
use super::{Transaction, input};
use crate::command::Extracted;
use crate::definition::{Collect, StageKind, Unique};
use crate::error::{FieldError, Limit, WizardError};
use crate::outcome::{Cause, Kind};
use crate::record::Trigger;
use crate::schema::Schema;
use crate::state::{Item, Page};
use crate::{Map, Name};
use serde_json::Value;

/// What the current stage collects, and how one item must be.
fn collection<'d>(
    transaction: &Transaction<'d>,
) -> Result<(usize, &'d Collect, Option<&'d Schema>), WizardError> {
    let flow = transaction.flow()?;
    let at = transaction.at(flow)?;
    match &flow.flow.stages[at].kind {
        StageKind::Collect(collect) => Ok((at, collect, flow.stages[at].schema.as_ref())),
        _ => Err(WizardError::NotACollection(flow.name_of(at))),
    }
}

pub(super) fn add(transaction: &mut Transaction<'_>, mut values: Map) -> Result<(), WizardError> {
    let (at, collect, schema) = collection(transaction)?;
    if !fits(transaction, at, schema, &mut values)? {
        return Ok(());
    }
    let mut page = transaction.page();
    if let Some(index) = twin(&page, collect, &values, None) {
        if let Unique::Merge(_) = collect.unique {
            let now = transaction.env.now;
            let item = &mut page.items[index];
            item.values.append(&mut values);
            item.updated_at = now;
        }
        return keep(transaction, page, collect);
    }
    let allowed = collect.max.unwrap_or(usize::MAX);
    if page.items.len() >= allowed {
        let message = format!("There can be no more than {allowed}.");
        transaction.report.errors.push(FieldError::new(Arc::clone(&collect.key), "maxItems", message));
        transaction.report.kind = Some(Kind::Invalid);
        return Ok(());
    }
    let limit = transaction.definition.settings().limits.items;
    input::at_most(Limit::Items, limit, page.items.len() + 1)?;
    let now = transaction.env.now;
    transaction.state.items_added = transaction.state.items_added.saturating_add(1);
    page.items.push(Item { id: id_of(transaction), values, created_at: now, updated_at: now });
    keep(transaction, page, collect)
}

/// Adds what was found in texts, once it makes a whole item and the extractor is sure of it.
pub(super) fn add_found(transaction: &mut Transaction<'_>, found: Extracted) -> Result<(), WizardError> {
    let (at, _, schema) = collection(transaction)?;
    let mut page = transaction.page();
    let mut values = page.draft.take().unwrap_or_default();
    values.append(&mut found.values.clone());
    values.retain(|_, value| !value.is_null());
    let unknown = input::unknown(transaction, at, &values)?;
    values.retain(|name, _| !unknown.iter().any(|unknown| **unknown == **name));
    let problems = schema.map(|schema| schema.judge(&mut values)).unwrap_or_default();
    for name in problems.errors.iter().filter_map(|error| error.field.as_ref()) {
        values.remove(&**name);
    }
    let kind = match (problems.none() && !values.is_empty(), found.confident) {
        (true, true) => None,
        (true, false) => Some(Kind::Confirm),
        (false, _) => Some(Kind::Incomplete),
    };
    transaction.report.extraction = Some(found);
    let Some(kind) = kind else { return add(transaction, values) };
    transaction.report.missing = problems.missing;
    transaction.report.errors = problems.errors;
    transaction.report.kind = Some(kind);
    page.draft = Some(values);
    page.unconfirmed = kind == Kind::Confirm;
    super::submit::fits(transaction, &page)?;
    let (depth, stage) = (transaction.depth(), Arc::clone(&transaction.frame().stage));
    transaction.set_page(depth, stage, page);
    Ok(())
}

pub(super) fn edit(transaction: &mut Transaction<'_>, id: &Name, values: Map) -> Result<(), WizardError> {
    let (at, collect, schema) = collection(transaction)?;
    let mut page = transaction.page();
    let index = position(transaction, &page, id)?;
    let mut changed = page.items[index].values.clone();
    changed.extend(values);
    if !fits(transaction, at, schema, &mut changed)? {
        return Ok(());
    }
    if collect.unique != Unique::Allow && twin(&page, collect, &changed, Some(index)).is_some() {
        transaction.report.errors.push(FieldError::of_stage("unique", "There is such an entry already."));
        transaction.report.kind = Some(Kind::Invalid);
        return Ok(());
    }
    page.items[index].values = changed;
    page.items[index].updated_at = transaction.env.now;
    keep(transaction, page, collect)
}

pub(super) fn remove(transaction: &mut Transaction<'_>, id: &Name) -> Result<(), WizardError> {
    let (_, collect, _) = collection(transaction)?;
    let mut page = transaction.page();
    let index = position(transaction, &page, id)?;
    page.items.remove(index);
    keep(transaction, page, collect)
}

/// Nothing more was given: an item that waits is confirmed, or the collection is complete.
pub(super) fn go_on(transaction: &mut Transaction<'_>) -> Result<(), WizardError> {
    let page = transaction.page();
    match page.draft {
        Some(item) if page.unconfirmed => add(transaction, item),
        _ => done(transaction),
    }
}

/// The collection is complete.
pub(super) fn done(transaction: &mut Transaction<'_>) -> Result<(), WizardError> {
    let (_, collect, _) = collection(transaction)?;
    let mut page = transaction.page();
    if page.items.len() < collect.min {
        let message = format!("Needs {} or more entries.", collect.min);
        transaction.report.errors.push(FieldError::new(Arc::clone(&collect.key), "minItems", message));
        transaction.report.missing.insert(Arc::clone(&collect.key));
        transaction.report.kind = Some(Kind::Incomplete);
        return Ok(());
    }
    let items = page.items.iter().map(|item| Value::Object(item.values.clone())).collect();
    page.answers = Map::from_iter([(collect.key.to_string(), Value::Array(items))]);
    page.submitted = true;
    page.skipped = false;
    page.reopened = false;
    page.draft = None;
    page.touched = transaction.state.rev;
    super::submit::fits(transaction, &page)?;
    let walk = walk_to_cursor(transaction)?;
    leave::leave(transaction, walk, page, Motion::new(Trigger::UserInput, Cause::Next))
}

/// Whether the values make a good item; if not, the report says why.
fn fits(
    transaction: &mut Transaction<'_>,
    at: usize,
    schema: Option<&Schema>,
    values: &mut Map,
) -> Result<bool, WizardError> {
    values.retain(|_, value| !value.is_null());
    let unknown = input::unknown(transaction, at, values)?;
    let refused =
        unknown.iter().map(|name| FieldError::new(Arc::clone(name), "unknown", "Is not asked for here."));
    transaction.report.errors.extend(refused);
    if let Some(schema) = schema {
        for (name, default) in &schema.defaults {
            values.entry(name.to_string()).or_insert_with(|| default.clone());
        }
        let problems = schema.judge(values);
        let missing = problems.missing.iter();
        let missing = missing.map(|name| FieldError::new(Arc::clone(name), "required", "This is required."));
        transaction.report.errors.extend(missing.chain(problems.errors.iter().cloned()));
        transaction.report.missing = problems.missing;
    }
    let fits = transaction.report.errors.is_empty();
    if !fits {
        transaction.report.kind = Some(Kind::Invalid);
        super::draft::keep(transaction, values.clone())?;
    }
    Ok(fits)
}

/// The item that is the same, by the fields that count.
fn twin(page: &Page, collect: &Collect, values: &Map, except: Option<usize>) -> Option<usize> {
    let fields = match &collect.unique {
        Unique::Allow => return None,
        Unique::Merge(fields) | Unique::Reject(fields) => fields,
    };
    let same = |item: &Item| {
        if fields.is_empty() {
            item.values == *values
        } else {
            fields.iter().all(|field| item.values.get(&**field) == values.get(&**field))
        }
    };
    page.items.iter().enumerate().position(|(index, item)| Some(index) != except && same(item))
}

fn position(transaction: &Transaction<'_>, page: &Page, id: &Name) -> Result<usize, WizardError> {
    page.items.iter().position(|item| item.id == *id).ok_or_else(|| WizardError::NoSuchItem {
        stage: Arc::clone(&transaction.frame().stage),
        id: Arc::clone(id),
    })
}

/// Keeps a page whose items changed: the collection is open until it is said to be done again.
fn keep(transaction: &mut Transaction<'_>, mut page: Page, collect: &Collect) -> Result<(), WizardError> {
    page.submitted = false;
    page.skipped = false;
    page.draft = None;
    page.unconfirmed = false;
    super::submit::fits(transaction, &page)?;
    let (depth, stage) = (transaction.depth(), Arc::clone(&transaction.frame().stage));
    transaction.set_page(depth, stage, page);
    transaction.report.changed.insert(Arc::clone(&collect.key));
    transaction.report.kind = Some(Kind::Saved);
    Ok(())
}

/// Twelve hexadecimal digits, the same for the same call on the same state.
fn id_of(transaction: &Transaction<'_>) -> Name {
    let mut digest = fnv::FnvHasher::default();
    for number in [transaction.env.seed, transaction.state.rev, transaction.state.items_added] {
        digest.write(&number.to_le_bytes());
    }
    format!("{:012x}", digest.finish() & 0xffff_ffff_ffff).into()
}
