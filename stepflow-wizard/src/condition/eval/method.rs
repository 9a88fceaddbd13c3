//! The methods.

use std::borrow::Cow;

use super::super::ast::{Arguments, Expr};
use super::super::error::{EvalErrorKind, Span};
use super::super::function::Method;
use super::{Fault, Machine};
use crate::python::{self, Item, Items, Shape, Table};

type Kinded<'a> = Result<Item<'a>, EvalErrorKind>;

impl<'a> Machine<'a> {
    pub(super) fn method(
        &mut self,
        on: &'a Expr,
        method: Method,
        arguments: &'a Arguments,
        span: Span,
    ) -> Result<Item<'a>, Fault> {
        let on = self.evaluate(on)?;
        let mut given = Vec::with_capacity(arguments.positional.len());
        for argument in &arguments.positional {
            given.push(self.evaluate(argument)?);
        }
        let mut named = Vec::with_capacity(arguments.named.len());
        for (name, argument) in &arguments.named {
            named.push((name.as_str(), self.evaluate(argument)?));
        }
        match &on {
            Item::Text(text) => self.text_method(text, method, &given),
            Item::Map(table) => self.map_method(table, method, &given),
            Item::Many(shape, items) => self.many_method(*shape, items, method, &given),
            Item::Bank(name) => self.bank_method(name.as_str(), method, &given, &named),
            other => Err(no_method(method, other)),
        }
        .map_err(|kind| Fault { kind, span })
    }

    fn map_method(&mut self, table: &Table<'a>, method: Method, given: &[Item<'a>]) -> Kinded<'a> {
        match (method, given) {
            (Method::Get, [key, rest @ ..]) => {
                let found = python::lookup(table, key, &mut self.budget)?;
                Ok(found.or_else(|| rest.first().cloned()).unwrap_or(Item::Null))
            }
            // Nothing can be changed, so that a copy is as good as the thing itself.
            (Method::Copy, []) => Ok(Item::Map(table.clone())),
            (Method::Keys | Method::Values | Method::Items, []) => {
                let mut items = Vec::new();
                for (key, value) in table.iter() {
                    self.budget.make(size_of::<Item<'_>>())?;
                    items.push(match method {
                        Method::Keys => key,
                        Method::Values => value,
                        _ => {
                            self.budget.make(2 * size_of::<Item<'_>>())?;
                            Item::many(Shape::Tuple, vec![key, value])
                        }
                    });
                }
                Ok(Item::many(Shape::View, items))
            }
            _ => Err(no_method(method, &Item::Map(table.clone()))),
        }
    }

    fn many_method(
        &mut self,
        shape: Shape,
        items: &Items<'a>,
        method: Method,
        given: &[Item<'a>],
    ) -> Kinded<'a> {
        if let (Method::Copy, Shape::List, []) = (method, shape, given) {
            return Ok(Item::Many(shape, items.clone()));
        }
        let counted = matches!(shape, Shape::List | Shape::Tuple | Shape::Range);
        let ([wanted], Method::Count | Method::Index, true) = (given, method, counted) else {
            return Err(no_method(method, &Item::Many(shape, items.clone())));
        };
        let mut count = 0;
        for (index, item) in items.iter().enumerate() {
            if python::equal(&item, wanted, &mut self.budget)? {
                if method == Method::Index {
                    return Ok(Item::Int(i128::try_from(index).unwrap_or(i128::MAX)));
                }
                count += 1;
            }
        }
        if method == Method::Count {
            return Ok(Item::Int(count));
        }
        let key = python::print(wanted, &mut self.budget)?;
        Err(EvalErrorKind::MissingKey { key })
    }

    fn bank_method(
        &mut self,
        name: &str,
        method: Method,
        given: &[Item<'a>],
        named: &[(&'a str, Item<'a>)],
    ) -> Kinded<'a> {
        let scope = self.scope;
        match (method, given) {
            (Method::Count, []) => Ok(Item::Int(i128::try_from(scope.bank_count(name)).unwrap_or(i128::MAX))),
            (Method::All, []) => Ok(match scope.bank(name) {
                Cow::Borrowed(records) => Item::Many(Shape::List, Items::Held(records)),
                Cow::Owned(records) => Item::list(records.iter().map(Item::owned).collect()),
            }),
            (Method::Find, []) => {
                let records: Vec<Item<'a>> = match scope.bank(name) {
                    Cow::Borrowed(records) => records.iter().map(Item::from).collect(),
                    Cow::Owned(records) => records.iter().map(Item::owned).collect(),
                };
                let mut found = Vec::new();
                for record in records {
                    self.budget.make(size_of::<Item<'_>>())?;
                    if self.matches(&record, named)? {
                        found.push(record);
                    }
                }
                Ok(Item::list(found))
            }
            _ => Err(EvalErrorKind::NoMethod { method: method.name(), kind: "a bank" }),
        }
    }

    /// Whether a record has all those values.
    fn matches(&mut self, record: &Item<'a>, wanted: &[(&'a str, Item<'a>)]) -> Result<bool, EvalErrorKind> {
        let Item::Map(table) = record else { return Ok(false) };
        for (name, value) in wanted {
            let held = python::lookup(table, &Item::text(*name), &mut self.budget)?;
            if !python::equal(&held.unwrap_or(Item::Null), value, &mut self.budget)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

pub(super) fn no_method(method: Method, on: &Item<'_>) -> EvalErrorKind {
    EvalErrorKind::NoMethod { method: method.name(), kind: on.kind() }
}
