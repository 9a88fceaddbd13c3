//! `Idempotency-Key`, as draft 07 of the IETF's HTTPAPI group has it.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use sha2::{Digest as _, Sha256};
use stepflow_wizard::store::Owner;

use super::problem::Problem;

const HEADER: &str = "idempotency-key";
const LONGEST: usize = 255;

/// The value of the header. It is demanded: whoever submits says whether it is the same submission as before.
pub(super) struct IdempotencyKey(String);

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let mut given = parts.headers.get_all(HEADER).iter();
        let refuse = |detail: &str| {
            Problem::new(StatusCode::BAD_REQUEST, "idempotency-key", "The request needs an Idempotency-Key")
                .detail(detail)
        };
        let (Some(first), None) = (given.next(), given.next()) else {
            return Err(refuse(
                "Send the header once, with a value that names this submission and no other.",
            ));
        };
        let read = first.to_str().ok().and_then(read);
        read.map(Self).ok_or_else(|| refuse("Its value is a text in quotes, of 1 to 255 visible characters."))
    }
}

/// A string of structured headers; without its quotes it is understood as well.
fn read(text: &str) -> Option<String> {
    let text = text.trim();
    let key = match text.strip_prefix('"') {
        Some(rest) => unquoted(rest.strip_suffix('"')?)?,
        None => text.to_owned(),
    };
    let fits = !key.is_empty() && key.len() <= LONGEST && key.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then_some(key)
}

fn unquoted(text: &str) -> Option<String> {
    let mut key = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => key.push(letters.next().filter(|next| matches!(next, '"' | '\\'))?),
            '"' => return None,
            letter => key.push(letter),
        }
    }
    Some(key)
}

/// What keys were used for lately. It is bounded, and lives as long as the process: that nothing is submitted twice is
/// the store's work, and this finds out that a caller mistakes one submission for another.
pub(super) struct Seen {
    at_most: usize,
    keys: Mutex<Keys>,
}

#[derive(Default)]
struct Keys {
    used: BTreeMap<[u8; 32], [u8; 32]>,
    order: VecDeque<[u8; 32]>,
}

impl Seen {
    pub(super) fn new(at_most: usize) -> Self {
        Self { at_most, keys: Mutex::default() }
    }

    /// Notes what an owner's key is used for.
    ///
    /// # Errors
    ///
    /// When it was used for something else.
    pub(super) fn note(&self, owner: &Owner, key: &IdempotencyKey, used_for: &[&str]) -> Result<(), Problem> {
        if self.at_most == 0 {
            return Ok(());
        }
        let name = digest(&[owner.as_str(), &key.0]);
        let used_for = digest(used_for);
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        match keys.used.get(&name) {
            Some(known) if *known == used_for => return Ok(()),
            Some(_) => {
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                let title = "This Idempotency-Key was used for something else";
                return Err(Problem::new(status, "idempotency-key-reused", title));
            }
            None => {}
        }
        while keys.order.len() >= self.at_most {
            if let Some(oldest) = keys.order.pop_front() {
                keys.used.remove(&oldest);
            }
        }
        keys.order.push_back(name);
        keys.used.insert(name, used_for);
        Ok(())
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen").field("at_most", &self.at_most).finish_non_exhaustive()
    }
}

/// A digest of texts, each with its length, so that none runs into the next.
pub(super) fn digest(texts: &[&str]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(text.as_bytes());
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_with_and_without_quotes() {
        let cases = [
            (r#""8e03978e""#, Some("8e03978e")),
            ("8e03978e", Some("8e03978e")),
            (r#""a\"b\\c""#, Some(r#"a"b\c"#)),
            (r#""a\b""#, None),
            (r#""a"b""#, None),
            (r#""a"#, None),
            (r#""""#, None),
            ("", None),
            ("a b", None),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text).as_deref(), expected, "{text}");
        }
        assert!(read(&"x".repeat(255)).is_some() && read(&"x".repeat(256)).is_none());
    }

    #[test]
    fn old_keys_are_forgotten_and_no_memory_grows() {
        let seen = Seen::new(2);
        let owner: Owner = "me".parse().unwrap();
        let key = |name: &str| IdempotencyKey(name.to_owned());
        for name in ["a", "b", "a", "c"] {
            seen.note(&owner, &key(name), &["1"]).unwrap();
        }
        assert!(seen.note(&owner, &key("b"), &["2"]).is_err());
        assert!(seen.note(&owner, &key("a"), &["2"]).is_ok());
        assert_eq!(seen.keys.lock().unwrap().used.len(), 2);
        assert!(seen.note(&"you".parse().unwrap(), &key("c"), &["3"]).is_ok());
    }
}
