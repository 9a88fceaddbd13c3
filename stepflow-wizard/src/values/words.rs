//! Words in a message.

use std::collections::BTreeSet;

/// Words that say nothing by themselves.
const STOP_WORDS: &[&str] = &[
    "a", "also", "an", "and", "are", "as", "at", "be", "been", "being", "but", "by", "can", "could", "did",
    "do", "does", "for", "had", "has", "have", "if", "in", "is", "it", "just", "may", "might", "must", "not",
    "of", "on", "or", "quite", "really", "shall", "should", "so", "than", "that", "the", "then", "this",
    "to", "too", "very", "was", "were", "whether", "will", "with", "would",
];

/// Words that take something back or leave it out.
pub(super) const NEGATIONS: &[&str] = &[
    "blank", "clear", "delete", "disable", "disabled", "empty", "no", "none", "off", "remove", "skip",
    "without",
];

const MARKS: &[char] = &['.', ',', ';', ':', '!', '?', '"', '\'', '(', ')', '[', ']', '{', '}'];

/// A message in the form that words are looked for: small letters, plain apostrophes.
pub(super) fn plain(message: &str) -> String {
    message.to_lowercase().replace('\u{2019}', "'")
}

/// Whether a word or phrase stands in the text by itself, not as a part of a longer word.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    places(text, word).next().is_some()
}

/// Where a word or phrase stands by itself, as bytes of the text.
pub(super) fn places<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = (usize, usize)> + 't {
    let empty = word.is_empty();
    text.match_indices(word).filter(move |_| !empty).filter_map(move |(start, found)| {
        let end = start + found.len();
        let before = text.get(..start)?.chars().next_back();
        let after = text.get(end..)?.chars().next();
        let free = |letter: Option<char>| !letter.is_some_and(is_word);
        (free(before) && free(after)).then_some((start, end))
    })
}

/// The words of a text that say something, in small letters and without the marks around them.
pub(super) fn significant(text: &str) -> BTreeSet<String> {
    stripped(text).filter(|word| word.chars().count() > 2 && !STOP_WORDS.contains(&word.as_str())).collect()
}

/// Whether something is negated: anywhere in the message, or near one of the keywords.
pub(super) fn has_negation(
    message: &str,
    negations: &BTreeSet<String>,
    keywords: &BTreeSet<String>,
    proximity: usize,
) -> bool {
    if proximity == 0 {
        return negations.iter().any(|word| has_word(message, word));
    }
    let words: Vec<String> = stripped(message).collect();
    let places = |wanted: &BTreeSet<String>| -> Vec<usize> {
        let found = words.iter().enumerate().filter(|(_, word)| wanted.contains(*word));
        found.map(|(place, _)| place).collect()
    };
    let near = places(keywords);
    places(negations)
        .iter()
        .any(|negation| near.iter().any(|keyword| negation.abs_diff(*keyword) <= proximity))
}

fn stripped(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split_whitespace().map(|word| word.to_lowercase().trim_matches(MARKS).to_owned())
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::{has_word, significant};

    #[test]
    fn finds_words_that_stand_by_themselves() {
        for (text, word, expected) in [
            ("a database", "base", false),
            ("the base.", "base", true),
            ("I use c++ daily", "c++", true),
            ("it is -3 degrees", "-3", true),
            ("5-3", "-3", false),
            ("larger", "large", false),
            ("a study companion bot", "study companion", true),
            ("anything", "", false),
        ] {
            assert_eq!(has_word(text, word), expected, "{word} in {text}");
        }
    }

    #[test]
    fn drops_words_that_say_nothing() {
        assert!(significant("The (green) boat, is it on?").iter().eq(["boat", "green"]));
    }
}
