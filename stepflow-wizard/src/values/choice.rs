//! Which of its choices a field's text means.

use std::collections::BTreeSet;

use serde_json::Value;

use super::words::has_word;

/// How well a text matches one of several choices.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ChoiceMatch<'c> {
    /// It is the choice.
    Exact(&'c str),
    /// It is the choice, but for large and small letters.
    Folded(&'c str),
    /// It holds the choice as whole words, or is held by it.
    Part(&'c str),
    /// Enough of its words are those of the choice.
    Overlap(&'c str),
    /// Several choices fit equally, so that choosing would be guessing.
    Ambiguous(Vec<&'c str>),
    /// None fits.
    Nothing,
}

impl<'c> ChoiceMatch<'c> {
    /// The choice, if there is exactly one that fits.
    pub fn choice(&self) -> Option<&'c str> {
        match self {
            Self::Exact(choice) | Self::Folded(choice) | Self::Part(choice) | Self::Overlap(choice) => {
                Some(choice)
            }
            Self::Ambiguous(_) | Self::Nothing => None,
        }
    }
}

/// Matches a text with the choices of a field; choices that are no text are left out.
///
/// The tiers are tried in order, and the first that fits decides: the same text; the same but for large and small
/// letters; one of them within the other as whole words, where `_` and `-` count as spaces; and as many words in
/// common as `threshold` asks for, as a part of the longer one's. A choice within a longer one that fits too does
/// not count: "iced tea, please" means `iced tea` and not `tea`. Where several remain, none is chosen.
///
/// ```
/// use serde_json::json;
/// use stepflow_wizard::values::{ChoiceMatch, match_choice};
///
/// let choices = [json!("north wing"), json!("north_annex"), json!("south wing")];
/// assert_eq!(match_choice("Annex north", &choices, 0.7).choice(), Some("north_annex"));
/// assert_eq!(match_choice("north", &choices, 0.7), ChoiceMatch::Ambiguous(vec!["north wing", "north_annex"]));
/// assert_eq!(match_choice("the cellar", &choices, 0.7), ChoiceMatch::Nothing);
/// ```
pub fn match_choice<'c>(text: &str, choices: &'c [Value], threshold: f64) -> ChoiceMatch<'c> {
    let choices: Vec<&'c str> = choices.iter().filter_map(Value::as_str).collect();
    if text.is_empty() {
        return ChoiceMatch::Nothing;
    }
    if let Some(same) = choices.iter().find(|choice| **choice == text) {
        return ChoiceMatch::Exact(same);
    }
    let small = text.to_lowercase();
    if let Some(folded) = choices.iter().find(|choice| choice.to_lowercase() == small) {
        return ChoiceMatch::Folded(folded);
    }
    let spaced: Vec<(&'c str, String)> = choices.iter().map(|choice| (*choice, words_of(choice))).collect();
    let text = words_of(text);
    match one(&parts(&text, &spaced), ChoiceMatch::Part) {
        ChoiceMatch::Nothing => one(&overlaps(&text, &spaced, threshold), ChoiceMatch::Overlap),
        found => found,
    }
}

fn one<'c>(found: &[&'c str], kind: impl FnOnce(&'c str) -> ChoiceMatch<'c>) -> ChoiceMatch<'c> {
    match found {
        [] => ChoiceMatch::Nothing,
        [only] => kind(only),
        several => ChoiceMatch::Ambiguous(several.to_vec()),
    }
}

fn words_of(text: &str) -> String {
    text.to_lowercase().replace(['_', '-'], " ")
}

/// The choices that lie within the text, or the text within them.
fn parts<'c>(text: &str, choices: &[(&'c str, String)]) -> Vec<&'c str> {
    let long = |text: &str| text.chars().nth(1).is_some();
    if !long(text) {
        return Vec::new();
    }
    if let Some((choice, _)) = choices.iter().find(|(_, words)| words == text) {
        return vec![choice];
    }
    let choices: Vec<&(&'c str, String)> = choices.iter().filter(|(_, words)| long(words)).collect();
    let said: Vec<&str> =
        choices.iter().map(|(_, words)| words.as_str()).filter(|words| has_word(text, words)).collect();
    let within_longer = |words: &str| said.iter().any(|other| *other != words && has_word(other, words));
    choices
        .into_iter()
        .filter(|(_, words)| {
            (said.contains(&words.as_str()) && !within_longer(words)) || has_word(words, text)
        })
        .map(|(choice, _)| *choice)
        .collect()
}

/// The choices that share the most words with the text, if that is enough.
fn overlaps<'c>(text: &str, choices: &[(&'c str, String)], threshold: f64) -> Vec<&'c str> {
    let said: BTreeSet<&str> = text.split_whitespace().collect();
    let mut best = Vec::new();
    let mut best_score = 0.0;
    for (choice, words) in choices {
        let words: BTreeSet<&str> = words.split_whitespace().collect();
        let score = ratio(said.intersection(&words).count(), said.len().max(words.len()));
        if score > best_score {
            best_score = score;
            best.clear();
        }
        if score > 0.0 && score >= best_score {
            best.push(*choice);
        }
    }
    if best_score >= threshold { best } else { Vec::new() }
}

/// A part of a whole, from 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "these are counts of words")]
pub(super) fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}
