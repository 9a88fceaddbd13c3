//! The defects of the original that the tables show, and by what a row is known to stand for one.

use serde_json::Value;
use stepflow_wizard::values::{ChoiceMatch, match_choice};

/// A defect that is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    /// A condition changes the answers while it is evaluated.
    ConditionsChangeData,
    /// A condition is whatever a whole language allows: several statements, functions without a name, assignments,
    /// formats and frames that lead out of it.
    ConditionsAreALanguage,
    /// A condition takes as long and grows as large as it likes.
    ConditionsAreUnbounded,
    /// A function that is named and not called is true, silently.
    ForgottenCalls,
    /// Names that conditions are documented to know are missing where they are evaluated, silently.
    NamesAreMissing,
    /// A negated yes counts as a yes.
    NegatedYes,
    /// Of several choices that fit equally, the longest is guessed.
    GuessedChoices,
    /// Text that looks like digits crashes the call.
    DigitsCrash,
    /// Words become numbers that JSON does not have.
    InfiniteNumbers,
    /// What begins or ends with a sign, such as `-3` or `c++`, is never found in a message.
    SignsUnfound,
    /// Digits become a number that JSON's readers do not hold.
    EndlessIntegers,
    /// A derivation that cannot work is loaded all the same: its `when` is unknown, its replacement names a group
    /// that its pattern does not have.
    InvalidDerivations,
    /// A pattern may look around and refer back, and take exponential time.
    UnboundedPatterns,
}

impl Row {
    /// The row of the register that it stands for.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::ConditionsChangeData => "W21, conditions change live data",
            Self::ConditionsAreALanguage => "W21, conditions are a whole language",
            Self::ConditionsAreUnbounded => "B-19, conditions are unbounded",
            Self::ForgottenCalls => "B-19, a forgotten call goes unnoticed",
            Self::NamesAreMissing => "B-19, conditions are silently false where a name is not in scope",
            Self::NegatedYes => "W23, a negated yes is a yes",
            Self::GuessedChoices => "W23, an ambiguous text picks the longest choice",
            Self::DigitsCrash => "W22, text that looks like digits crashes",
            Self::InfiniteNumbers => "W22, words become infinite numbers",
            Self::SignsUnfound => "B14, what begins or ends with a sign is no whole word",
            Self::EndlessIntegers => "B14, integers beyond 64 bits",
            Self::InvalidDerivations => "B14, an invalid rule is loaded",
            Self::UnboundedPatterns => "B-19, patterns without bounds",
        }
    }
}

/// Names that the language documents, and that the original's evaluators do not all have.
const DOCUMENTED: &[&str] = &["all", "any", "bank", "lower", "skipped", "turn", "upper"];

/// What a small language of conditions leaves out.
const LEFT_OUT: &[&str] = &[
    ";",
    "lambda",
    ":=",
    "&",
    "|",
    "^",
    "~",
    "<<",
    ">>",
    "...",
    "yield",
    "await",
    ".format(",
    ".gi_",
    ".f_globals",
    ".f_back",
];

/// `ours` is what became of the condition: its truth, or why it has none.
pub(super) fn of_expression(row: &Value, ours: &Result<bool, Refused>) -> Option<Row> {
    let source = outside_quotes(row["expression"].as_str().unwrap_or_default());
    if row["changed_data"] == true {
        return Some(Row::ConditionsChangeData);
    }
    if row["evaluated"] == true {
        return match ours {
            Err(Refused::Unbounded) => Some(Row::ConditionsAreUnbounded),
            Err(Refused::Uncalled) => Some(Row::ForgottenCalls),
            Err(Refused::LeftOut) => Some(Row::ConditionsAreALanguage),
            _ => LEFT_OUT.iter().any(|part| source.contains(part)).then_some(Row::ConditionsAreALanguage),
        };
    }
    let error = row["error"].as_str().unwrap_or_default();
    let missing = error.strip_prefix("name '").and_then(|rest| rest.strip_suffix("' is not defined"));
    missing.filter(|name| DOCUMENTED.contains(name) && ours.is_ok()).map(|_| Row::NamesAreMissing)
}

/// Why a condition has no truth, as far as it matters here.
pub(super) enum Refused {
    LeftOut,
    Unbounded,
    Uncalled,
    Otherwise,
}

/// A word of yes has a negation before it in its clause, or right behind it. `about` lists those words.
pub(super) fn of_signal(about: &Value, row: &Value) -> Option<Row> {
    let message = row["message"].as_str().unwrap_or_default().to_lowercase();
    let negates =
        |word: &&str| matches!(*word, "not" | "nothing" | "never" | "nobody") || word.ends_with("n't");
    let lists = ["affirmative_words", "affirmative_phrases"];
    let signals: Vec<Vec<&str>> = lists
        .iter()
        .flat_map(|list| about[*list].as_array())
        .flatten()
        .filter_map(|signal| Some(signal.as_str()?.split(' ').collect()))
        .collect();
    let mut yes = Vec::new();
    for clause in message.split([',', '.', ';', ':', '!', '?']) {
        let words: Vec<&str> = clause.split_whitespace().collect();
        for signal in &signals {
            for start in (0..words.len()).filter(|start| words[*start..].starts_with(signal)) {
                let behind = words.get(start + signal.len());
                let negated = words[..start].iter().chain(behind).any(&negates);
                yes.push((signal.as_slice(), negated));
            }
        }
    }
    // "Not sure" is doubt, and no more than that.
    let negated = yes.iter().any(|(signal, negated)| *negated && *signal != ["sure"])
        || yes.iter().all(|(_, negated)| *negated);
    (row["signal"] == true && negated).then_some(Row::NegatedYes)
}

/// Several choices fit equally, or one fits but for its signs and a longer one is taken.
pub(super) fn of_match(choices: &Value, value: &Value, matched: &Value, threshold: f64) -> Option<Row> {
    let (choices, text) = (choices.as_array()?, value.as_str()?);
    let words = |text: &str| text.to_lowercase().replace(['_', '-'], " ");
    let recorded = matched.as_str().map(words);
    let texts = || choices.iter().filter_map(Value::as_str);
    if matches!(match_choice(text, choices, threshold), ChoiceMatch::Ambiguous(_)) {
        return Some(Row::GuessedChoices);
    }
    let same = texts().any(|choice| words(choice) == words(text)) && !text.is_empty();
    if same && recorded.is_some_and(|recorded| recorded != words(text)) {
        return Some(Row::GuessedChoices);
    }
    let signed =
        |choice: &str| !choice.starts_with(char::is_alphanumeric) || !choice.ends_with(char::is_alphanumeric);
    let said = |choice: &str| signed(choice) && words(text).split(' ').any(|word| word == words(choice));
    (matched.is_null() && texts().any(said)).then_some(Row::SignsUnfound)
}

pub(super) fn of_normalised(row: &Value) -> Option<Row> {
    if !row["raises"].is_null() {
        return Some(Row::DigitsCrash);
    }
    let digits = row["value"].as_str().unwrap_or_default().trim().trim_start_matches('-');
    let endless = digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u64>().is_err();
    if row["property"]["type"] == "integer" && !digits.is_empty() && endless {
        return Some(Row::EndlessIntegers);
    }
    let infinite = matches!(row["result"].as_str(), Some("inf" | "-inf" | "nan"));
    let number = row["property"]["type"] == "number";
    (number && infinite && row["result"] != row["value"]).then_some(Row::InfiniteNumbers)
}

pub(super) fn of_grounding(row: &Value) -> Option<Row> {
    let number = row["new"].as_f64()?;
    let said = row["message"].as_str().unwrap_or_default().contains(&row["new"].to_string());
    (said && number < 0.0 && row["action"] == "reject").then_some(Row::SignsUnfound)
}

pub(super) fn of_derivation(row: &Value) -> Option<Row> {
    let rule = &row["rule"];
    let when = rule["when"].as_str().unwrap_or("always");
    if row["accepted"] == false {
        return None;
    }
    if !["always", "target_empty", "target_missing"].contains(&when) {
        return Some(Row::InvalidDerivations);
    }
    let pattern = rule["transform_value"].as_str().unwrap_or_default();
    let name = rule["transform"].as_str().unwrap_or_default();
    let unbounded = ["(?=", "(?!", "(?<=", "(?<!", "(?P=", "\\1"].iter().any(|part| pattern.contains(part));
    if name.starts_with("regex_") && unbounded {
        return Some(Row::UnboundedPatterns);
    }
    let groups =
        pattern.matches('(').count() - pattern.matches("(?:").count() - pattern.matches("\\(").count();
    let replacement = rule["transform_replacement"].as_str().unwrap_or_default();
    let unnamed = replacement.contains("\\g<n") && !pattern.contains("(?P<n");
    let beyond = unnamed || (groups + 1..10).any(|group| replacement.contains(&format!("\\{group}")));
    (name == "regex_replace" && beyond).then_some(Row::InvalidDerivations)
}

/// The source without what stands in quotes.
fn outside_quotes(source: &str) -> String {
    let mut quote = None;
    let mut out = String::new();
    for letter in source.chars() {
        match quote {
            Some(mark) if mark == letter => quote = None,
            Some(_) => {}
            None if matches!(letter, '\'' | '"') => quote = Some(letter),
            None => out.push(letter),
        }
    }
    out
}
