//! Going through things, counting them, and picking from them.

use super::budget::Budget;
use super::compare::lookup;
use super::item::{Item, Items, Shape};
use crate::condition::EvalErrorKind;

/// What one comes across when going through an item.
pub(crate) fn elements<'a>(item: &Item<'a>, budget: &mut Budget) -> Result<Items<'a>, EvalErrorKind> {
    let made: Vec<Item<'a>> = match item {
        Item::Many(_, items) => return Ok(items.clone()),
        Item::Text(text) => {
            budget.make(text.as_str().len() * size_of::<Item<'_>>())?;
            text.as_str().chars().map(|letter| Item::text(letter.encode_utf8(&mut [0; 4]) as &str)).collect()
        }
        Item::Map(table) => {
            budget.make(table.len() * size_of::<Item<'_>>())?;
            table.iter().map(|(key, _)| key).collect()
        }
        other => return Err(EvalErrorKind::NotIterable { kind: other.kind() }),
    };
    Ok(Items::Made(made.into()))
}

/// `len(item)`; none where it has no length.
pub(crate) fn length(item: &Item<'_>, budget: &mut Budget) -> Result<Option<usize>, EvalErrorKind> {
    Ok(match item {
        Item::Text(text) => {
            budget.read(text.as_str().len())?;
            Some(text.as_str().chars().count())
        }
        Item::Many(Shape::Iterator, _) => None,
        Item::Many(_, items) => Some(items.len()),
        Item::Map(table) => Some(table.len()),
        _ => None,
    })
}

/// `item[index]`.
pub(crate) fn at<'a>(
    item: &Item<'a>,
    index: &Item<'_>,
    budget: &mut Budget,
) -> Result<Item<'a>, EvalErrorKind> {
    if let Item::Map(table) = item {
        let found = lookup(table, index, budget)?;
        return found.ok_or_else(|| missing(index, budget));
    }
    if !matches!(item, Item::Text(_) | Item::Many(Shape::List | Shape::Tuple | Shape::Range, _)) {
        return Err(EvalErrorKind::NotIndexable { kind: item.kind() });
    }
    let wanted = index.whole().ok_or_else(|| EvalErrorKind::Index { kind: index.kind() })?;
    let length = length(item, budget)?.unwrap_or(0);
    let place = place(wanted, length).filter(|place| *place < length);
    let place = place.ok_or(EvalErrorKind::OutOfRange { index: wanted, length })?;
    let found = match item {
        Item::Text(text) => {
            text.as_str().chars().nth(place).map(|letter| Item::text(letter.encode_utf8(&mut [0; 4]) as &str))
        }
        Item::Many(_, items) => items.get(place),
        _ => None,
    };
    found.ok_or(EvalErrorKind::OutOfRange { index: wanted, length })
}

/// `item[start:stop:step]`.
pub(crate) fn slice<'a>(
    item: &Item<'a>,
    bounds: [Option<i128>; 3],
    budget: &mut Budget,
) -> Result<Item<'a>, EvalErrorKind> {
    let [start, stop, step] = bounds;
    let step = step.unwrap_or(1);
    if step == 0 {
        return Err(EvalErrorKind::ZeroStep);
    }
    let items = match item {
        Item::Text(_) | Item::Many(Shape::List | Shape::Tuple | Shape::Range, _) => elements(item, budget)?,
        other => return Err(EvalErrorKind::NotIndexable { kind: other.kind() }),
    };
    let length = i128::try_from(items.len()).unwrap_or(i128::MAX);
    let clamp = |bound: i128| {
        let bound = if bound < 0 { bound.saturating_add(length) } else { bound };
        if step > 0 { bound.clamp(0, length) } else { bound.clamp(-1, length - 1) }
    };
    let mut next = start.map_or(if step > 0 { 0 } else { length - 1 }, clamp);
    let stop = stop.map_or(if step > 0 { length } else { -1 }, clamp);
    let mut picked = Vec::new();
    while (step > 0 && next < stop) || (step < 0 && next > stop) {
        budget.make(size_of::<Item<'_>>())?;
        picked.extend(usize::try_from(next).ok().and_then(|next| items.get(next)));
        next = next.saturating_add(step);
    }
    Ok(match item {
        Item::Text(_) => {
            let letters = picked.iter().filter_map(|item| match item {
                Item::Text(text) => Some(text.as_str()),
                _ => None,
            });
            Item::text(letters.collect::<String>())
        }
        Item::Many(shape, _) => Item::many(*shape, picked),
        _ => Item::list(picked),
    })
}

/// Where an index stands, counted from the end if it is negative.
fn place(index: i128, length: usize) -> Option<usize> {
    let length = i128::try_from(length).ok()?;
    usize::try_from(if index < 0 { index.checked_add(length)? } else { index }).ok()
}

fn missing(key: &Item<'_>, budget: &mut Budget) -> EvalErrorKind {
    match super::print(key, budget) {
        Ok(key) => EvalErrorKind::MissingKey { key },
        Err(limit) => limit,
    }
}
