//! Yes or no, read from the words of a message.

use std::collections::{BTreeMap, BTreeSet};

use super::field::{Field, FieldKind};
use super::hints::ExtractionHints;
use super::words::{NEGATIONS, has_word, places, plain};

const YES_WORDS: &[&str] = &[
    "absolutely",
    "accept",
    "agreed",
    "approve",
    "confirm",
    "correct",
    "definitely",
    "ok",
    "okay",
    "save",
    "sure",
    "yeah",
    "yep",
    "yes",
];
const YES_PHRASES: &[&str] =
    &["go ahead", "i confirm", "let's do it", "let's go", "looks good", "sounds good", "that's right"];
const NO_WORDS: &[&str] = &["cancel", "incorrect", "nah", "no", "nope", "redo", "stop", "wait", "wrong"];
const NO_PHRASES: &[&str] =
    &["don't save", "go back", "hold on", "i disagree", "not right", "not yet", "start over"];

/// Words that turn a yes around: those before it in the same clause, or right behind it.
const NEGATORS: &[&str] = &[
    "cannot", "cant", "didnt", "doesnt", "dont", "hardly", "isnt", "neither", "never", "nobody", "nor",
    "not", "nothing", "wont",
];
/// Words that a negation makes doubtful and not a no: "I'm not sure".
const DOUBTFUL: &[&str] = &["sure"];

/// The words and phrases that mean yes and no.
///
/// ```
/// use stepflow_wizard::values::Signals;
///
/// let signals = Signals::default();
/// assert_eq!(signals.read("Yes, go ahead"), Some(true));
/// assert_eq!(signals.read("definitely not"), Some(false));
/// assert_eq!(signals.read("yes and no"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signals {
    /// Words that mean yes.
    pub affirmative_words: BTreeSet<String>,
    /// Phrases that mean yes, and weigh more than a word that means no.
    pub affirmative_phrases: BTreeSet<String>,
    /// Words that mean no.
    pub negative_words: BTreeSet<String>,
    /// Phrases that mean no, and weigh more than a word that means yes.
    pub negative_phrases: BTreeSet<String>,
}

impl Default for Signals {
    fn default() -> Self {
        let set = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            affirmative_words: set(YES_WORDS),
            affirmative_phrases: set(YES_PHRASES),
            negative_words: set(NO_WORDS),
            negative_phrases: set(NO_PHRASES),
        }
    }
}

impl Signals {
    /// Yes, no, or neither: nothing of the kind was said, or both were.
    ///
    /// A yes that is negated ("I confirm nothing", "skip that, ok") is a no; of both, the one said with a phrase
    /// counts; and otherwise the message is unclear.
    pub fn read(&self, message: &str) -> Option<bool> {
        let message = plain(message);
        let yes_phrase = said(&message, &self.affirmative_phrases);
        let no_phrase = said(&message, &self.negative_phrases);
        let yes = yes_phrase || said(&message, &self.affirmative_words);
        let no = no_phrase || said(&message, &self.negative_words);
        match (yes, no) {
            (false, false) => None,
            (false, true) => Some(false),
            (true, false) if self.taken_back(&message) => Some(false),
            (true, false) => self.meant(&message),
            // Of both, a phrase is meant more than a word.
            (true, true) if yes_phrase == no_phrase => None,
            (true, true) if yes_phrase => self.meant(&message),
            (true, true) => Some(false),
        }
    }

    /// What a yes is, once its negations are heard: several may contradict each other, or be mere doubt.
    fn meant(&self, message: &str) -> Option<bool> {
        let phrases = heard(message, &self.affirmative_phrases);
        let words = heard(message, &self.affirmative_words);
        match (phrases.said || words.said, phrases.negated || words.negated) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        }
    }

    /// Whether the message leaves something out; words that mean no anyway do not count twice.
    fn taken_back(&self, message: &str) -> bool {
        NEGATIONS.iter().any(|word| !self.negative_words.contains(*word) && has_word(message, word))
    }
}

/// How signals of yes were said.
#[derive(Default)]
struct Heard {
    said: bool,
    negated: bool,
}

impl Field {
    /// Yes or no, read from the words of a message by the field's own signals, or the usual ones.
    ///
    /// ```
    /// use serde_json::json;
    /// use stepflow_wizard::values::Field;
    ///
    /// let field = Field::new("ok", &json!({ "x-extraction": { "affirmative_signals": ["aye"] } }))?;
    /// assert_eq!(field.signal("aye, captain"), Some(true));
    /// assert_eq!(field.signal("yes"), None);
    /// # Ok::<(), stepflow_wizard::values::FieldSchemaError>(())
    /// ```
    pub fn signal(&self, message: &str) -> Option<bool> {
        let usual = Signals::default();
        let own = |own: &Option<BTreeSet<String>>, usual| own.clone().unwrap_or(usual);
        let signals = Signals {
            affirmative_words: own(&self.hints.affirmative_signals, usual.affirmative_words),
            affirmative_phrases: own(&self.hints.affirmative_phrases, usual.affirmative_phrases),
            negative_words: own(&self.hints.negative_signals, usual.negative_words),
            negative_phrases: own(&self.hints.negative_phrases, usual.negative_phrases),
        };
        signals.read(message)
    }
}

/// The yes or no of each missing field that the message tells.
///
/// `missing` are the fields that are required and have no answer; those of another type than boolean, and those
/// that say so, are left out. With several left, a message has to speak of a field to answer it.
///
/// ```
/// use serde_json::json;
/// use stepflow_wizard::values::{ExtractionHints, Field, recover_booleans};
///
/// let wrap = Field::new("gift_wrap", &json!({ "type": "boolean" }))?;
/// let rush = Field::new("rush_order", &json!({ "type": "boolean" }))?;
/// let found = recover_booleans([&wrap, &rush], "yes, wrap it", &ExtractionHints::default());
/// assert_eq!(found.get("gift_wrap"), Some(&true));
/// assert_eq!(found.get("rush_order"), None);
/// # Ok::<(), stepflow_wizard::values::FieldSchemaError>(())
/// ```
pub fn recover_booleans<'f>(
    missing: impl IntoIterator<Item = &'f Field>,
    message: &str,
    hints: &ExtractionHints,
) -> BTreeMap<String, bool> {
    let fields: Vec<&Field> = missing
        .into_iter()
        .filter(|field| field.kind == Some(FieldKind::Boolean))
        .filter(|field| field.hints.boolean_recovery.unwrap_or(hints.boolean_recovery))
        .collect();
    let alone = fields.len() == 1;
    fields
        .into_iter()
        .filter(|field| alone || field.mentioned_in(message))
        .filter_map(|field| field.signal(message).map(|signal| (field.name.clone(), signal)))
        .collect()
}

/// A yes that a negation only makes doubtful is none at all.
fn heard(message: &str, signals: &BTreeSet<String>) -> Heard {
    let mut heard = Heard::default();
    for signal in signals {
        for (start, end) in places(message, signal) {
            let negated = negated(message, start, end);
            heard.said |= !negated;
            heard.negated |= negated && !DOUBTFUL.contains(&signal.as_str());
        }
    }
    heard
}

fn said(message: &str, signals: &BTreeSet<String>) -> bool {
    signals.iter().any(|signal| has_word(message, signal))
}

/// Whether the signal between the two places is turned around.
fn negated(message: &str, start: usize, end: usize) -> bool {
    let before = message.get(..start).unwrap_or_default();
    let after = message.get(end..).unwrap_or_default();
    let clause = before.rsplit(['.', ',', ';', ':', '!', '?', '\n']).next().unwrap_or_default();
    let clause = clause.rsplit(" but ").next().unwrap_or_default().replace("why not", "");
    let next = after.starts_with(' ').then(|| after.split_whitespace().next()).flatten();
    clause.split_whitespace().chain(next).any(|word| {
        let word = word.trim_matches(['.', ',', ';', ':', '!', '?', '"', '(', ')']);
        NEGATORS.contains(&word) || word.ends_with("n't")
    })
}
