//! Equality, order and membership.

use std::cmp::Ordering;

use super::budget::Budget;
use super::item::{Item, Items, Shape, Table};
use crate::condition::EvalErrorKind;

/// Comparing goes no deeper than this into values.
const MAX_DEPTH: usize = 128;

/// `left == right`: numbers by value, everything else only with its own kind.
pub(crate) fn equal(left: &Item<'_>, right: &Item<'_>, budget: &mut Budget) -> Result<bool, EvalErrorKind> {
    equal_within(left, right, budget, MAX_DEPTH)
}

/// `left < right` and its like; an error where the two have no order.
pub(crate) fn order(
    operator: &'static str,
    left: &Item<'_>,
    right: &Item<'_>,
    budget: &mut Budget,
) -> Result<Option<Ordering>, EvalErrorKind> {
    order_within(operator, left, right, budget, MAX_DEPTH)
}

/// `item in container`.
pub(crate) fn contains(
    container: &Item<'_>,
    item: &Item<'_>,
    budget: &mut Budget,
) -> Result<bool, EvalErrorKind> {
    match (container, item) {
        (Item::Text(text), Item::Text(part)) => {
            budget.read(text.as_str().len())?;
            Ok(text.as_str().contains(part.as_str()))
        }
        (Item::Text(_), other) => Err(EvalErrorKind::operands("in", other.kind(), "text")),
        (Item::Map(table), key) => Ok(lookup(table, key, budget)?.is_some()),
        (Item::Many(shape, items), item) => {
            if *shape == Shape::Set {
                hashable(item)?;
            }
            member(items, item, budget, MAX_DEPTH)
        }
        (other, item) => Err(EvalErrorKind::operands("in", item.kind(), other.kind())),
    }
}

/// The value under a key.
pub(crate) fn lookup<'a>(
    table: &Table<'a>,
    key: &Item<'_>,
    budget: &mut Budget,
) -> Result<Option<Item<'a>>, EvalErrorKind> {
    hashable(key)?;
    match (table, key) {
        (Table::Held(map), Item::Text(key)) => Ok(map.get(key.as_str()).map(Item::from)),
        (Table::Held(_), _) => Ok(None),
        (Table::Made(entries), key) => {
            // Of two entries with one key, the later counts.
            for (candidate, value) in entries.iter().rev() {
                if equal(candidate, key, budget)? {
                    return Ok(Some(value.clone()));
                }
            }
            Ok(None)
        }
    }
}

/// Refuses what cannot be a key or a member of a set.
pub(crate) fn hashable(item: &Item<'_>) -> Result<(), EvalErrorKind> {
    match item {
        Item::Map(_) | Item::Many(Shape::List | Shape::Set, _) => {
            Err(EvalErrorKind::NotAKey { kind: item.kind() })
        }
        Item::Many(Shape::Tuple, items) => items.iter().try_for_each(|item| hashable(&item)),
        _ => Ok(()),
    }
}

/// In order, equal ones as they stood.
///
/// By insertion, because the items may turn out to have no order, or a contradictory one.
pub(crate) fn sort<'a>(
    items: &mut dyn Iterator<Item = Item<'a>>,
    budget: &mut Budget,
) -> Result<Vec<Item<'a>>, EvalErrorKind> {
    let mut sorted: Vec<Item<'a>> = Vec::new();
    for item in items {
        budget.make(size_of::<Item<'_>>())?;
        let (mut low, mut high) = (0, sorted.len());
        while low < high {
            let middle = low.midpoint(high);
            match sorted.get(middle) {
                Some(held) if order("<", &item, held, budget)? == Some(Ordering::Less) => high = middle,
                _ => low = middle + 1,
            }
        }
        sorted.insert(low, item);
    }
    Ok(sorted)
}

fn equal_within(
    left: &Item<'_>,
    right: &Item<'_>,
    budget: &mut Budget,
    depth: usize,
) -> Result<bool, EvalErrorKind> {
    budget.step()?;
    let depth = depth.checked_sub(1).ok_or(EvalErrorKind::TooDeep)?;
    match (left, right) {
        (Item::Null, Item::Null) => Ok(true),
        (Item::Text(left), Item::Text(right)) => {
            budget.read(left.as_str().len().min(right.as_str().len()))?;
            Ok(left.as_str() == right.as_str())
        }
        (Item::Bank(left), Item::Bank(right)) => Ok(left.as_str() == right.as_str()),
        (Item::Many(left_shape, left), Item::Many(right_shape, right)) => {
            equal_many((*left_shape, left), (*right_shape, right), budget, depth)
        }
        (Item::Map(left), Item::Map(right)) => {
            if left.len() != right.len() {
                return Ok(false);
            }
            for (key, value) in left.iter() {
                match lookup(right, &key, budget)? {
                    Some(other) if equal_within(&value, &other, budget, depth)? => {}
                    _ => return Ok(false),
                }
            }
            Ok(true)
        }
        _ => Ok(order_numbers(left, right).flatten() == Some(Ordering::Equal)),
    }
}

fn equal_many(
    (left_shape, left): (Shape, &Items<'_>),
    (right_shape, right): (Shape, &Items<'_>),
    budget: &mut Budget,
    depth: usize,
) -> Result<bool, EvalErrorKind> {
    let unordered = |shape| matches!(shape, Shape::Set | Shape::View);
    if left.len() != right.len() {
        return Ok(false);
    }
    if unordered(left_shape) && unordered(right_shape) {
        for item in left.iter() {
            if !member(right, &item, budget, depth)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    if left_shape != right_shape || left_shape == Shape::Iterator {
        return Ok(false);
    }
    for (left, right) in left.iter().zip(right.iter()) {
        if !equal_within(&left, &right, budget, depth)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn member(
    items: &Items<'_>,
    item: &Item<'_>,
    budget: &mut Budget,
    depth: usize,
) -> Result<bool, EvalErrorKind> {
    for candidate in items.iter() {
        if equal_within(&candidate, item, budget, depth)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn order_within(
    operator: &'static str,
    left: &Item<'_>,
    right: &Item<'_>,
    budget: &mut Budget,
    depth: usize,
) -> Result<Option<Ordering>, EvalErrorKind> {
    budget.step()?;
    let depth = depth.checked_sub(1).ok_or(EvalErrorKind::TooDeep)?;
    match (left, right) {
        (Item::Text(left), Item::Text(right)) => {
            budget.read(left.as_str().len().min(right.as_str().len()))?;
            Ok(Some(left.as_str().cmp(right.as_str())))
        }
        (Item::Many(left_shape, left_items), Item::Many(right_shape, right_items))
            if left_shape == right_shape && matches!(left_shape, Shape::List | Shape::Tuple) =>
        {
            for (left, right) in left_items.iter().zip(right_items.iter()) {
                if !equal_within(&left, &right, budget, depth)? {
                    return order_within(operator, &left, &right, budget, depth);
                }
            }
            Ok(Some(left_items.len().cmp(&right_items.len())))
        }
        _ => order_numbers(left, right)
            .ok_or_else(|| EvalErrorKind::operands(operator, left.kind(), right.kind())),
    }
}

/// None where one of them is no number; within that, none where one of them is not comparable (`nan`).
fn order_numbers(left: &Item<'_>, right: &Item<'_>) -> Option<Option<Ordering>> {
    match (left, right) {
        (Item::Float(left), Item::Float(right)) => Some(left.partial_cmp(right)),
        (Item::Float(left), right) => Some(against(right.whole()?, *left).map(Ordering::reverse)),
        (left, Item::Float(right)) => Some(against(left.whole()?, *right)),
        (left, right) => Some(Some(left.whole()?.cmp(&right.whole()?))),
    }
}

/// A whole number against one with a fraction, without losing digits.
fn against(whole: i128, number: f64) -> Option<Ordering> {
    // 2^127: the first float that no `i128` reaches.
    const LIMIT: f64 = 170_141_183_460_469_231_731_687_303_715_884_105_728.0;
    if number.is_nan() {
        None
    } else if number >= LIMIT {
        Some(Ordering::Less)
    } else if number < -LIMIT {
        Some(Ordering::Greater)
    } else {
        let below = number.floor();
        #[expect(clippy::cast_possible_truncation, reason = "a float without fraction, within the range")]
        let order = whole.cmp(&(below as i128));
        Some(if order == Ordering::Equal && number > below { Ordering::Less } else { order })
    }
}
