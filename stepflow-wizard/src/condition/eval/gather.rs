//! Lists, tuples, sets, mappings and comprehensions.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::super::ast::{Comprehension, Expr, Gathered, Kind, Names};
use super::super::error::{EvalErrorKind, Span};
use super::{Fault, Machine};
use crate::python::{self, Budget, Item, Shape, Table};

impl<'a> Machine<'a> {
    pub(super) fn gathered(&mut self, expr: &'a Expr) -> Result<Item<'a>, Fault> {
        match &expr.kind {
            Kind::List(items) => self.items(items, expr.span).map(Item::list),
            Kind::Tuple(items) => self.items(items, expr.span).map(|items| Item::many(Shape::Tuple, items)),
            Kind::Set(items) => {
                let items = self.items(items, expr.span)?;
                self.set(items).map_err(|kind| Fault { kind, span: expr.span })
            }
            Kind::Dict(entries) => {
                let mut pairs = Vec::new();
                for (key, value) in entries {
                    self.room(expr.span)?;
                    pairs.push((self.evaluate(key)?, self.evaluate(value)?));
                }
                self.dict(pairs).map_err(|kind| Fault { kind, span: expr.span })
            }
            Kind::Each(comprehension) => self.comprehension(comprehension, expr.span),
            _ => Ok(Item::Null),
        }
    }

    fn items(&mut self, items: &'a [Expr], span: Span) -> Result<Vec<Item<'a>>, Fault> {
        let mut out = Vec::new();
        for item in items {
            self.room(span)?;
            out.push(self.evaluate(item)?);
        }
        Ok(out)
    }

    fn comprehension(&mut self, of: &'a Comprehension, span: Span) -> Result<Item<'a>, Fault> {
        let mut items = Vec::new();
        let mut pairs = Vec::new();
        self.each(of, span, &mut |machine| {
            machine.room(span)?;
            match &of.result {
                Gathered::Dict(key, value) => {
                    pairs.push((machine.evaluate(key)?, machine.evaluate(value)?));
                }
                Gathered::Iterator(element) | Gathered::List(element) | Gathered::Set(element) => {
                    items.push(machine.evaluate(element)?);
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        match &of.result {
            Gathered::Dict(..) => self.dict(pairs),
            Gathered::Iterator(_) => Ok(Item::many(Shape::Iterator, items)),
            Gathered::List(_) => Ok(Item::list(items)),
            Gathered::Set(_) => self.set(items),
        }
        .map_err(|kind| Fault { kind, span })
    }

    /// Binds the names to one element after the other, and takes each that passes the filters.
    pub(super) fn each(
        &mut self,
        of: &'a Comprehension,
        span: Span,
        take: &mut dyn FnMut(&mut Self) -> Result<ControlFlow<()>, Fault>,
    ) -> Result<(), Fault> {
        let source = self.evaluate(&of.source)?;
        let source_span = of.source.span;
        let elements =
            python::elements(&source, &mut self.budget).map_err(|kind| Fault { kind, span: source_span })?;
        let around = self.locals.len();
        for element in elements.iter() {
            self.budget.step().map_err(|kind| Fault { kind, span })?;
            self.bind(&of.names, element).map_err(|kind| Fault { kind, span })?;
            let mut passes = true;
            for filter in &of.filters {
                passes = passes && self.evaluate(filter)?.truthy();
            }
            let flow = if passes { take(self)? } else { ControlFlow::Continue(()) };
            self.locals.truncate(around);
            if flow.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn bind(&mut self, names: &Names, element: Item<'a>) -> Result<(), EvalErrorKind> {
        let Names::Several(names) = names else {
            self.locals.push(element);
            return Ok(());
        };
        let parts = python::elements(&element, &mut self.budget)?;
        if parts.len() != names.len() {
            return Err(EvalErrorKind::Unpack { wanted: names.len(), found: parts.len() });
        }
        self.locals.extend(parts.iter());
        Ok(())
    }

    pub(super) fn set(&mut self, items: Vec<Item<'a>>) -> Result<Item<'a>, EvalErrorKind> {
        let mut seen = Seen::default();
        let mut members: Vec<Item<'a>> = Vec::new();
        for item in items {
            if seen.place(&item, &members, |member| member, &mut self.budget)?.is_none() {
                members.push(item);
            }
        }
        Ok(Item::many(Shape::Set, members))
    }

    /// Of two entries with one key, the later value counts, in the earlier place.
    pub(super) fn dict(&mut self, pairs: Vec<(Item<'a>, Item<'a>)>) -> Result<Item<'a>, EvalErrorKind> {
        let mut seen = Seen::default();
        let mut entries: Vec<(Item<'a>, Item<'a>)> = Vec::new();
        for (key, value) in pairs {
            let known = seen.place(&key, &entries, |entry| &entry.0, &mut self.budget)?;
            match known.and_then(|place| entries.get_mut(place)) {
                Some(entry) => entry.1 = value,
                None => entries.push((key, value)),
            }
        }
        Ok(Item::Map(Table::Made(entries.into())))
    }

    /// Room for one more item.
    pub(super) fn room(&mut self, span: Span) -> Result<(), Fault> {
        self.budget.make(size_of::<Item<'_>>()).map_err(|kind| Fault { kind, span })
    }
}

/// Keys that have been seen: text by itself, for it is what keys mostly are.
#[derive(Default)]
struct Seen {
    texts: BTreeMap<String, usize>,
    others: Vec<usize>,
}

impl Seen {
    /// Where an equal key stands among the entries; a new one is noted as the next.
    fn place<'a, E>(
        &mut self,
        key: &Item<'a>,
        entries: &[E],
        key_of: impl Fn(&E) -> &Item<'a>,
        budget: &mut Budget,
    ) -> Result<Option<usize>, EvalErrorKind> {
        python::hashable(key)?;
        budget.step()?;
        if let Item::Text(text) = key {
            budget.make(text.as_str().len())?;
            if let Some(place) = self.texts.get(text.as_str()) {
                return Ok(Some(*place));
            }
            self.texts.insert(text.as_str().to_owned(), entries.len());
            return Ok(None);
        }
        for place in &self.others {
            if let Some(entry) = entries.get(*place)
                && python::equal(key_of(entry), key, budget)?
            {
                return Ok(Some(*place));
            }
        }
        self.others.push(entries.len());
        Ok(None)
    }
}
