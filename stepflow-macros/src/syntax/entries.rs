//! Splits an argument list into `key`, `key = value` and `key(values)`.

use super::keys::Keys;
use crate::errors::Errors;
use crate::messages;
use crate::place::Place;
use crate::suggest;
use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};
use std::collections::BTreeSet;

/// One entry of an argument list.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) key: Ident,
    pub(crate) value: Value,
}

/// What stands behind a key.
#[derive(Clone)]
pub(crate) enum Value {
    /// `key`
    Absent,
    /// `key = tokens`
    Equals(TokenStream),
    /// `key(tokens)`
    List(Group),
    /// Anything else.
    Odd(TokenStream),
}

impl Entry {
    /// The tokens behind `=`, when there are any.
    pub(crate) fn equals(&self) -> Option<&TokenStream> {
        match &self.value {
            Value::Equals(tokens) if !tokens.is_empty() => Some(tokens),
            _ => None,
        }
    }

    /// The narrowest tokens to blame for a wrong value.
    pub(crate) fn culprit(&self) -> TokenStream {
        match &self.value {
            Value::Equals(tokens) | Value::Odd(tokens) if !tokens.is_empty() => tokens.clone(),
            Value::List(group) => TokenTree::Group(group.clone()).into(),
            _ => TokenTree::Ident(self.key.clone()).into(),
        }
    }

    pub(crate) fn name(&self) -> String {
        self.key.to_string()
    }
}

/// Reads the entries whose keys the list understands; the others are reported.
pub(crate) fn read(tokens: TokenStream, keys: Keys, place: &Place, errors: &Errors) -> Vec<Entry> {
    let mut seen = BTreeSet::new();
    let mut entries = Vec::new();
    for part in split(tokens) {
        let Some(entry) = entry(&part) else {
            let tokens: TokenStream = part.into_iter().collect();
            errors.push(&tokens, messages::expected_key(place, keys, &tokens.to_string()));
            continue;
        };
        let name = entry.name();
        if keys.later.contains(&name.as_str()) {
            errors.push(&entry.key, messages::key_not_yet(place, keys, &name));
        } else if !keys.known.contains(&name.as_str()) {
            errors.push(&entry.key, messages::unknown_key(place, keys, &name));
        } else if !seen.insert(name.clone()) {
            errors.push(&entry.key, messages::repeated_key(place, keys, &name));
        } else {
            entries.push(entry);
        }
    }
    entries
}

/// Whether some key that the list does not understand was most likely meant to be this one.
pub(crate) fn misspells(tokens: TokenStream, keys: Keys, key: &str) -> bool {
    split(tokens).iter().filter_map(|part| entry(part)).any(|entry| {
        let name = entry.name();
        !keys.known.contains(&name.as_str())
            && suggest::closest(&name, keys.known.iter().copied()) == Some(key)
    })
}

/// Splits at the commas that stand outside of angle brackets.
pub(crate) fn split(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut parts = vec![Vec::new()];
    let mut depth = 0_usize;
    let mut joined = false;
    for token in tokens {
        let mut joint = false;
        if let TokenTree::Punct(punct) = &token {
            match punct.as_char() {
                '<' => depth += 1,
                // not the end of `->` or `=>`
                '>' if !joined => depth = depth.saturating_sub(1),
                ',' if depth == 0 => {
                    parts.push(Vec::new());
                    joined = false;
                    continue;
                }
                '-' | '=' => joint = punct.spacing() == Spacing::Joint,
                _ => {}
            }
        }
        joined = joint;
        if let Some(part) = parts.last_mut() {
            part.push(token);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn entry(part: &[TokenTree]) -> Option<Entry> {
    let [TokenTree::Ident(key), rest @ ..] = part else {
        return None;
    };
    let value = match rest {
        [] => Value::Absent,
        [TokenTree::Punct(equals), value @ ..]
            if equals.as_char() == '=' && equals.spacing() == Spacing::Alone
                || is_equals_before_value(equals, value) =>
        {
            Value::Equals(value.iter().cloned().collect())
        }
        [TokenTree::Group(list)] if list.delimiter() == Delimiter::Parenthesis => Value::List(list.clone()),
        odd => Value::Odd(odd.iter().cloned().collect()),
    };
    Some(Entry { key: key.clone(), value })
}

/// `times =-1` is an `=` joined to the minus behind it.
fn is_equals_before_value(equals: &proc_macro2::Punct, value: &[TokenTree]) -> bool {
    equals.as_char() == '='
        && !matches!(value.first(), Some(TokenTree::Punct(next)) if matches!(next.as_char(), '=' | '>'))
}
