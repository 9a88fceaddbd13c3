//! A value while it is being reckoned with.

use std::rc::Rc;

use serde_json::{Map, Number, Value};

use super::budget::Budget;
use super::print::print;
use crate::condition::EvalErrorKind;

/// One value; what comes from the answers is borrowed from them.
#[derive(Debug, Clone)]
pub(crate) enum Item<'a> {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(Text<'a>),
    Many(Shape, Items<'a>),
    Map(Table<'a>),
    /// The records that were collected under a name.
    Bank(Text<'a>),
}

/// What kind of sequence it is: Python tells them apart when it compares and when it asks for truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    List,
    Tuple,
    Set,
    Range,
    /// The keys, values or items of a mapping.
    View,
    /// What can only be gone through: `zip`, `enumerate`, a comprehension in a call.
    Iterator,
}

#[derive(Debug, Clone)]
pub(crate) enum Text<'a> {
    Held(&'a str),
    Made(Rc<str>),
}

#[derive(Debug, Clone)]
pub(crate) enum Items<'a> {
    Held(&'a [Value]),
    Made(Rc<[Item<'a>]>),
}

#[derive(Debug, Clone)]
pub(crate) enum Table<'a> {
    Held(&'a Map<String, Value>),
    Made(Rc<[(Item<'a>, Item<'a>)]>),
}

impl<'a> Item<'a> {
    pub(crate) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::Text(Text::Made(text.into()))
    }

    pub(crate) fn list(items: Vec<Self>) -> Self {
        Self::many(Shape::List, items)
    }

    pub(crate) fn many(shape: Shape, items: Vec<Self>) -> Self {
        Self::Many(shape, Items::Made(items.into()))
    }

    /// The same value, held by itself.
    pub(crate) fn owned(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::text(text.as_str()),
            Value::Array(items) => Self::list(items.iter().map(Self::owned).collect()),
            Value::Object(map) => Self::Map(Table::Made(
                map.iter().map(|(key, value)| (Self::text(key.as_str()), Self::owned(value))).collect(),
            )),
            Value::Null | Value::Bool(_) | Value::Number(_) => Self::scalar(value),
        }
    }

    fn scalar(value: &Value) -> Self {
        match value {
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Number(number) => Self::number(number),
            _ => Self::Null,
        }
    }

    fn number(number: &Number) -> Self {
        match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => Self::Int(i128::from(whole)),
            (None, Some(whole)) => Self::Int(i128::from(whole)),
            (None, None) => Self::Float(number.as_f64().unwrap_or(f64::NAN)),
        }
    }

    pub(crate) fn truthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(truth) => *truth,
            Self::Int(whole) => *whole != 0,
            Self::Float(number) => *number != 0.0,
            Self::Text(text) => !text.as_str().is_empty(),
            Self::Many(Shape::Iterator, _) | Self::Bank(_) => true,
            Self::Many(_, items) => items.len() > 0,
            Self::Map(table) => table.len() > 0,
        }
    }

    /// The number that it counts as; truth counts as one and nothing.
    pub(crate) fn whole(&self) -> Option<i128> {
        match self {
            Self::Bool(truth) => Some(i128::from(*truth)),
            Self::Int(whole) => Some(*whole),
            _ => None,
        }
    }

    /// What it is called in messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Int(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Text(_) => "text",
            Self::Many(Shape::Tuple, _) => "a tuple",
            Self::Many(Shape::Set, _) => "a set",
            Self::Many(Shape::Range, _) => "a range",
            Self::Many(Shape::View | Shape::Iterator, _) => "a series",
            Self::Many(Shape::List, _) => "a list",
            Self::Map(_) => "a mapping",
            Self::Bank(_) => "a bank",
        }
    }

    /// As JSON: tuples, sets and series become arrays, keys become text.
    pub(crate) fn into_json(self, budget: &mut Budget) -> Result<Value, EvalErrorKind> {
        budget.step()?;
        budget.make(size_of::<Value>())?;
        Ok(match self {
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(truth),
            Self::Int(whole) => i64::try_from(whole)
                .map(Number::from)
                .or_else(|_| u64::try_from(whole).map(Number::from))
                .map(Value::Number)
                .map_err(|_| EvalErrorKind::NumberTooLarge)?,
            Self::Float(number) => Value::Number(Number::from_f64(number).ok_or(EvalErrorKind::NotFinite)?),
            Self::Text(text) => {
                budget.make(text.as_str().len())?;
                Value::String(text.as_str().to_owned())
            }
            Self::Many(_, items) => {
                Value::Array(items.iter().map(|item| item.into_json(budget)).collect::<Result<_, _>>()?)
            }
            Self::Map(table) => {
                let mut map = Map::new();
                for (key, value) in table.iter() {
                    let key = print(&key, budget)?;
                    budget.make(key.len())?;
                    map.insert(key, value.into_json(budget)?);
                }
                Value::Object(map)
            }
            Self::Bank(_) => return Err(EvalErrorKind::NoResult { kind: "a bank" }),
        })
    }
}

impl<'a> From<&'a Value> for Item<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::String(text) => Self::Text(Text::Held(text)),
            Value::Array(items) => Self::Many(Shape::List, Items::Held(items)),
            Value::Object(map) => Self::Map(Table::Held(map)),
            Value::Null | Value::Bool(_) | Value::Number(_) => Self::scalar(value),
        }
    }
}

impl Text<'_> {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Held(text) => text,
            Self::Made(text) => text,
        }
    }
}

impl<'a> Items<'a> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Held(items) => items.len(),
            Self::Made(items) => items.len(),
        }
    }

    pub(crate) fn get(&self, index: usize) -> Option<Item<'a>> {
        match self {
            Self::Held(items) => items.get(index).map(Item::from),
            Self::Made(items) => items.get(index).cloned(),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Item<'a>> + '_ {
        (0..self.len()).filter_map(|index| self.get(index))
    }
}

impl<'a> Table<'a> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Held(map) => map.len(),
            Self::Made(entries) => entries.len(),
        }
    }

    pub(crate) fn iter(&self) -> Box<dyn Iterator<Item = (Item<'a>, Item<'a>)> + '_> {
        match self {
            Self::Held(map) => {
                let map: &'a Map<String, Value> = map;
                Box::new(map.iter().map(|(key, value)| (Item::Text(Text::Held(key)), Item::from(value))))
            }
            Self::Made(entries) => Box::new(entries.iter().cloned()),
        }
    }
}
