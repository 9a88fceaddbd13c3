//! The methods of text.

use super::super::error::EvalErrorKind;
use super::super::function::Method;
use super::Machine;
use super::method::no_method;
use crate::python::{self, Item, Items, Shape, Text};

type Kinded<'a> = Result<Item<'a>, EvalErrorKind>;

impl<'a> Machine<'a> {
    pub(super) fn text_method(&mut self, on: &Text<'a>, method: Method, given: &[Item<'a>]) -> Kinded<'a> {
        let text = on.as_str();
        // What comes out is at most a few times as long as what goes in.
        self.budget.make(text.len())?;
        match (method, given) {
            (Method::Lower, []) => Ok(Item::text(text.to_lowercase())),
            (Method::Upper, []) => Ok(Item::text(text.to_uppercase())),
            (Method::Title, []) => Ok(Item::text(python::title(text))),
            (Method::Capitalize, []) => Ok(Item::text(python::capitalize(text))),
            (Method::Strip, []) => Ok(Item::text(python::trim(text))),
            (Method::LStrip, []) => Ok(Item::text(python::trim_start(text))),
            (Method::RStrip, []) => Ok(Item::text(python::trim_end(text))),
            (Method::Strip | Method::LStrip | Method::RStrip, [letters]) => strip(text, method, letters),
            (Method::StartsWith | Method::EndsWith, [part]) => affix(on, method, part),
            (Method::Count | Method::Find | Method::Index, [part]) => self.search(text, method, part),
            (Method::Replace, [from, to]) => self.replace(text, from, to),
            (Method::Split, []) => self.split(text.split(python::is_space).filter(|part| !part.is_empty())),
            (Method::Split, [Item::Null]) => self.text_method(on, method, &[]),
            (Method::Split, [separator]) => match text_in(method, separator)? {
                "" => Err(EvalErrorKind::argument("split", "empty text")),
                separator => self.split(text.split(separator)),
            },
            (Method::Join, [parts]) => self.join(text, parts),
            (Method::IsAlnum, []) => Ok(all(text, char::is_alphanumeric)),
            (Method::IsAlpha, []) => Ok(all(text, char::is_alphabetic)),
            (Method::IsDigit, []) => Ok(all(text, |letter| letter.is_ascii_digit())),
            (Method::IsSpace, []) => Ok(all(text, python::is_space)),
            (Method::IsLower, []) => Ok(cased(text, char::is_lowercase, char::is_uppercase)),
            (Method::IsUpper, []) => Ok(cased(text, char::is_uppercase, char::is_lowercase)),
            _ => Err(no_method(method, &Item::Text(on.clone()))),
        }
    }

    fn search(&mut self, text: &str, method: Method, part: &Item<'a>) -> Kinded<'a> {
        let part = text_in(method, part)?;
        let found = match method {
            // An empty part stands before each letter, and at the end.
            Method::Count if part.is_empty() => Some(text.chars().count() + 1),
            Method::Count => Some(text.matches(part).count()),
            _ => text.find(part).map(|at| text.get(..at).unwrap_or_default().chars().count()),
        };
        match (found.and_then(|found| i128::try_from(found).ok()), method) {
            (Some(found), _) => Ok(Item::Int(found)),
            (None, Method::Index) => Err(EvalErrorKind::MissingKey { key: part.to_owned() }),
            (None, _) => Ok(Item::Int(-1)),
        }
    }

    fn replace(&mut self, text: &str, from: &Item<'a>, to: &Item<'a>) -> Kinded<'a> {
        let (from, to) = (text_in(Method::Replace, from)?, text_in(Method::Replace, to)?);
        let times = if from.is_empty() { text.len() + 1 } else { text.len() / from.len() };
        self.budget.make(times.checked_mul(to.len()).ok_or(EvalErrorKind::TooMuchMemory)?)?;
        Ok(Item::text(text.replace(from, to)))
    }

    fn split<'t>(&mut self, parts: impl Iterator<Item = &'t str>) -> Kinded<'a> {
        let mut items = Vec::new();
        for part in parts {
            self.budget.make(size_of::<Item<'_>>() + part.len())?;
            items.push(Item::text(part));
        }
        Ok(Item::list(items))
    }

    fn join(&mut self, separator: &str, parts: &Item<'a>) -> Kinded<'a> {
        let parts: Items<'a> = python::elements(parts, &mut self.budget)?;
        let mut out = String::new();
        for (index, part) in parts.iter().enumerate() {
            let part = text_in(Method::Join, &part)?.to_owned();
            self.budget.make(separator.len() + part.len())?;
            if index > 0 {
                out.push_str(separator);
            }
            out.push_str(&part);
        }
        Ok(Item::text(out))
    }
}

fn text_in<'t>(method: Method, item: &'t Item<'_>) -> Result<&'t str, EvalErrorKind> {
    match item {
        Item::Text(text) => Ok(text.as_str()),
        other => Err(EvalErrorKind::argument(method.name(), other.kind())),
    }
}

/// Without those letters around it.
fn strip<'a>(text: &str, method: Method, letters: &Item<'a>) -> Kinded<'a> {
    if matches!(letters, Item::Null) {
        let strip = match method {
            Method::LStrip => python::trim_start,
            Method::RStrip => python::trim_end,
            _ => python::trim,
        };
        return Ok(Item::text(strip(text)));
    }
    let letters = text_in(method, letters)?;
    let belongs = |letter: char| letters.contains(letter);
    Ok(Item::text(match method {
        Method::LStrip => text.trim_start_matches(belongs),
        Method::RStrip => text.trim_end_matches(belongs),
        _ => text.trim_matches(belongs),
    }))
}

/// `startswith` and `endswith`, of one text or of any in a tuple.
fn affix<'a>(on: &Text<'a>, method: Method, part: &Item<'a>) -> Kinded<'a> {
    let fits = |part: &str| match method {
        Method::StartsWith => on.as_str().starts_with(part),
        _ => on.as_str().ends_with(part),
    };
    if let Item::Many(Shape::Tuple, parts) = part {
        for part in parts.iter() {
            if fits(text_in(method, &part)?) {
                return Ok(Item::Bool(true));
            }
        }
        return Ok(Item::Bool(false));
    }
    Ok(Item::Bool(fits(text_in(method, part)?)))
}

/// Whether there are letters, and all are of that kind.
fn all<'a>(text: &str, kind: impl Fn(char) -> bool) -> Item<'a> {
    Item::Bool(!text.is_empty() && text.chars().all(kind))
}

fn cased<'a>(text: &str, wanted: fn(char) -> bool, other: fn(char) -> bool) -> Item<'a> {
    Item::Bool(text.chars().any(wanted) && !text.chars().any(other))
}
