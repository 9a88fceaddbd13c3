//! The functions.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use super::super::ast::{Arguments, Comprehension, Expr, Gathered, Kind};
use super::super::error::{EvalErrorKind, Span};
use super::super::function::{Function, Type};
use super::{Fault, Machine};
use crate::python::{self, Item, Shape, Table, Text};

type Kinded<'a> = Result<Item<'a>, EvalErrorKind>;

impl<'a> Machine<'a> {
    pub(super) fn call(
        &mut self,
        function: Function,
        arguments: &'a Arguments,
        span: Span,
    ) -> Result<Item<'a>, Fault> {
        if let (Function::Any | Function::All, [Expr { kind: Kind::Each(each), .. }]) =
            (function, arguments.positional.as_slice())
            && let Gathered::Iterator(element) = &each.result
        {
            let wanted = function == Function::Any;
            return self.found(each, element, wanted, span).map(|found| Item::Bool(found == wanted));
        }
        let mut given = Vec::with_capacity(arguments.positional.len());
        for argument in &arguments.positional {
            self.room(span)?;
            given.push(self.evaluate(argument)?);
        }
        let mut named = Vec::with_capacity(arguments.named.len());
        for (name, argument) in &arguments.named {
            named.push((name.as_str(), self.evaluate(argument)?));
        }
        self.apply(function, given, named).map_err(|kind| Fault { kind, span })
    }

    /// Whether an element of that truth comes along.
    fn found(
        &mut self,
        each: &'a Comprehension,
        element: &'a Expr,
        truth: bool,
        span: Span,
    ) -> Result<bool, Fault> {
        let mut found = false;
        self.each(each, span, &mut |machine| {
            found = machine.evaluate(element)?.truthy() == truth;
            Ok(if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        Ok(found)
    }

    fn apply(
        &mut self,
        function: Function,
        given: Vec<Item<'a>>,
        named: Vec<(&'a str, Item<'a>)>,
    ) -> Kinded<'a> {
        let scope = self.scope;
        let name = function.name();
        let mut given = given.into_iter();
        match function {
            Function::Dict => return self.new_dict(given.next().as_ref(), named),
            Function::Max | Function::Min => {
                return self.extreme(function, given.collect(), named.into_iter().next());
            }
            Function::Zip => return self.zip(&given.collect::<Vec<_>>()),
            Function::Range => return self.range(&given.collect::<Vec<_>>()),
            _ => {}
        }
        let by_name = named.into_iter().next().map(|(_, item)| item);
        let Some(first) = given.next() else { return self.empty(function) };
        let second = given.next().or(by_name);
        match function {
            Function::Abs => python::absolute(&first),
            Function::Any | Function::All => {
                let wanted = function == Function::Any;
                let elements = python::elements(&first, &mut self.budget)?;
                self.budget.make(elements.len())?;
                let found = elements.iter().any(|item| item.truthy() == wanted);
                Ok(Item::Bool(found == wanted))
            }
            Function::Bank => match first {
                Item::Text(text) => Ok(Item::Bank(text)),
                other => Err(EvalErrorKind::argument(name, other.kind())),
            },
            Function::Bool => Ok(Item::Bool(first.truthy())),
            Function::Enumerate => self.enumerate(&first, second.as_ref()),
            Function::Float => python::float_of(&first),
            Function::Has => match first {
                Item::Text(key) => Ok(Item::Bool(scope.has(key.as_str()))),
                other => python::hashable(&other).map(|()| Item::Bool(false)),
            },
            Function::Int => python::int_of(&first),
            Function::Len => match python::length(&first, &mut self.budget)? {
                Some(length) => Ok(Item::Int(i128::try_from(length).unwrap_or(i128::MAX))),
                None => Err(EvalErrorKind::argument(name, first.kind())),
            },
            Function::List => self.series(Shape::List, &first),
            Function::Lower => self.cased(name, &first, str::to_lowercase),
            Function::Round => match second.as_ref().map(|digits| (digits, digits.whole())) {
                None | Some((Item::Null, _)) => python::round(&first, None),
                Some((_, Some(digits))) => python::round(&first, Some(digits)),
                Some((other, None)) => Err(EvalErrorKind::argument(name, other.kind())),
            },
            Function::Set => {
                let elements = python::elements(&first, &mut self.budget)?;
                self.set(elements.iter().collect())
            }
            Function::Skipped => match first {
                Item::Text(stage) => Ok(Item::Bool(scope.skipped(stage.as_str()))),
                other => Err(EvalErrorKind::argument(name, other.kind())),
            },
            Function::Sorted => self.sorted(&first, second.is_some_and(|reverse| reverse.truthy())),
            Function::Str => python::print(&first, &mut self.budget).map(Item::text),
            Function::Tuple => self.series(Shape::Tuple, &first),
            Function::Upper => self.cased(name, &first, str::to_uppercase),
            Function::Dict | Function::Max | Function::Min | Function::Range | Function::Zip => Ok(first),
        }
    }

    /// `str()`, `list()` and the like.
    fn empty(&mut self, function: Function) -> Kinded<'a> {
        Ok(match function {
            Function::Bool => Item::Bool(false),
            Function::Float => Item::Float(0.0),
            Function::Int => Item::Int(0),
            Function::List => Item::list(Vec::new()),
            Function::Set => Item::many(Shape::Set, Vec::new()),
            Function::Str => Item::Text(Text::Held("")),
            Function::Tuple => Item::many(Shape::Tuple, Vec::new()),
            _ => Item::Null,
        })
    }

    fn cased(&mut self, name: &'static str, item: &Item<'a>, change: fn(&str) -> String) -> Kinded<'a> {
        match item {
            Item::Text(text) => {
                self.budget.make(text.as_str().len())?;
                Ok(Item::text(change(text.as_str())))
            }
            other => Err(EvalErrorKind::argument(name, other.kind())),
        }
    }

    fn series(&mut self, shape: Shape, of: &Item<'a>) -> Kinded<'a> {
        let elements = python::elements(of, &mut self.budget)?;
        self.budget.make(elements.len() * size_of::<Item<'_>>())?;
        Ok(Item::many(shape, elements.iter().collect()))
    }

    fn sorted(&mut self, of: &Item<'a>, reverse: bool) -> Kinded<'a> {
        let elements = python::elements(of, &mut self.budget)?;
        // From the end and turned around, equal ones keep their order.
        let mut sorted = if reverse {
            let mut items: Vec<_> = elements.iter().collect();
            items.reverse();
            python::sort(&mut items.into_iter(), &mut self.budget)?
        } else {
            python::sort(&mut elements.iter(), &mut self.budget)?
        };
        if reverse {
            sorted.reverse();
        }
        Ok(Item::list(sorted))
    }

    fn enumerate(&mut self, of: &Item<'a>, start: Option<&Item<'a>>) -> Kinded<'a> {
        let mut number = match start.map(|start| (start, start.whole())) {
            None => 0,
            Some((_, Some(start))) => start,
            Some((other, None)) => return Err(EvalErrorKind::argument("enumerate", other.kind())),
        };
        let mut pairs = Vec::new();
        for item in python::elements(of, &mut self.budget)?.iter() {
            self.budget.make(3 * size_of::<Item<'_>>())?;
            pairs.push(Item::many(Shape::Tuple, vec![Item::Int(number), item]));
            number = number.checked_add(1).ok_or(EvalErrorKind::NumberTooLarge)?;
        }
        Ok(Item::many(Shape::Iterator, pairs))
    }

    fn zip(&mut self, given: &[Item<'a>]) -> Kinded<'a> {
        let mut series = Vec::new();
        for item in given {
            series.push(python::elements(item, &mut self.budget)?);
        }
        let length = series.iter().map(python::Items::len).min().unwrap_or(0);
        let mut tuples = Vec::new();
        for index in 0..length {
            self.budget.make((series.len() + 1) * size_of::<Item<'_>>())?;
            let parts = series.iter().filter_map(|items| items.get(index)).collect();
            tuples.push(Item::many(Shape::Tuple, parts));
        }
        Ok(Item::many(Shape::Iterator, tuples))
    }

    fn range(&mut self, given: &[Item<'a>]) -> Kinded<'a> {
        let mut numbers = Vec::new();
        for item in given {
            numbers.push(
                item.whole()
                    .filter(|_| !matches!(item, Item::Float(_)))
                    .ok_or_else(|| EvalErrorKind::argument("range", item.kind()))?,
            );
        }
        let (mut next, stop, step) = match *numbers.as_slice() {
            [stop] => (0, stop, 1),
            [start, stop] => (start, stop, 1),
            [start, stop, step] => (start, stop, step),
            _ => (0, 0, 1),
        };
        if step == 0 {
            return Err(EvalErrorKind::ZeroStep);
        }
        let mut items = Vec::new();
        while (step > 0 && next < stop) || (step < 0 && next > stop) {
            self.budget.step()?;
            self.budget.make(size_of::<Item<'_>>())?;
            items.push(Item::Int(next));
            next = next.checked_add(step).ok_or(EvalErrorKind::NumberTooLarge)?;
        }
        Ok(Item::many(Shape::Range, items))
    }

    /// `min` and `max`, of several arguments or of the elements of one.
    fn extreme(
        &mut self,
        function: Function,
        given: Vec<Item<'a>>,
        default: Option<(&'a str, Item<'a>)>,
    ) -> Kinded<'a> {
        let items: Vec<Item<'a>> = match given.as_slice() {
            [only] => python::elements(only, &mut self.budget)?.iter().collect(),
            _ => given,
        };
        let (operator, wanted) =
            if function == Function::Max { (">", Ordering::Greater) } else { ("<", Ordering::Less) };
        let mut items = items.into_iter();
        let Some(mut best) = items.next() else {
            let nothing = EvalErrorKind::NothingToChoose { function: function.name() };
            return default.map(|(_, item)| item).ok_or(nothing);
        };
        for item in items {
            if python::order(operator, &item, &best, &mut self.budget)? == Some(wanted) {
                best = item;
            }
        }
        Ok(best)
    }

    fn new_dict(&mut self, from: Option<&Item<'a>>, named: Vec<(&'a str, Item<'a>)>) -> Kinded<'a> {
        let mut pairs = Vec::new();
        match from {
            None => {}
            Some(Item::Map(table)) => {
                self.budget.make(2 * table.len() * size_of::<Item<'_>>())?;
                pairs.extend(table.iter());
            }
            Some(other) => {
                for pair in python::elements(other, &mut self.budget)?.iter() {
                    self.budget.make(2 * size_of::<Item<'_>>())?;
                    let parts = python::elements(&pair, &mut self.budget)?;
                    match (parts.len(), parts.get(0), parts.get(1)) {
                        (2, Some(key), Some(value)) => pairs.push((key, value)),
                        (found, ..) => return Err(EvalErrorKind::Unpack { wanted: 2, found }),
                    }
                }
            }
        }
        pairs.extend(named.into_iter().map(|(name, value)| (Item::Text(Text::Held(name)), value)));
        if pairs.is_empty() { Ok(Item::Map(Table::Made([].into()))) } else { self.dict(pairs) }
    }
}

impl Type {
    pub(super) fn holds(self, item: &Item<'_>) -> bool {
        match self {
            Self::Bool => matches!(item, Item::Bool(_)),
            Self::Dict => matches!(item, Item::Map(_)),
            Self::Float => matches!(item, Item::Float(_)),
            // As in Python, where truth is a kind of whole number.
            Self::Int => matches!(item, Item::Int(_) | Item::Bool(_)),
            Self::List => matches!(item, Item::Many(Shape::List, _)),
            Self::Set => matches!(item, Item::Many(Shape::Set, _)),
            Self::Str => matches!(item, Item::Text(_)),
            Self::Tuple => matches!(item, Item::Many(Shape::Tuple, _)),
        }
    }
}
