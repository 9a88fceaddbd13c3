//! The wording of every refusal: who, what is wrong, and the way out.
//!
//! One function per refusal. Each is shown by a file under `tests-ui/ui` that names it.

mod attributes;
mod configured;
mod keys;
mod names;
mod routes;
mod signatures;
mod values;
mod wizard;
mod workflow;

pub(crate) use attributes::*;
pub(crate) use configured::*;
pub(crate) use keys::*;
pub(crate) use names::*;
pub(crate) use routes::*;
pub(crate) use signatures::*;
pub(crate) use values::*;
pub(crate) use wizard::*;
pub(crate) use workflow::*;

use crate::syntax::Keys;

fn origin(allows_loops: bool) -> &'static str {
    if allows_loops { "a step that can" } else { "a step above" }
}

fn allowed(keys: Keys) -> String {
    format!("the keys are {}", list(keys.known))
}

fn list(words: &[&str]) -> String {
    joined(words, "and")
}

fn choice(words: &[&str]) -> String {
    joined(words, "or")
}

fn joined(words: &[&str], last_word: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {last_word} {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
