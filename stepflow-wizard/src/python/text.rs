//! What Python's text methods do where Rust's differ.

/// What Python trims and splits at: Unicode's white space and the four separators of ASCII.
pub(crate) fn is_space(letter: char) -> bool {
    letter.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&letter)
}

pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

pub(crate) fn trim_start(text: &str) -> &str {
    text.trim_start_matches(is_space)
}

pub(crate) fn trim_end(text: &str) -> &str {
    text.trim_end_matches(is_space)
}

/// Each run of letters begins large and goes on small; anything that has no case begins a new run.
pub(crate) fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for letter in text.chars() {
        match (is_cased(letter), inside) {
            (true, false) => out.extend(large(letter)),
            (true, true) => out.extend(letter.to_lowercase()),
            (false, _) => out.push(letter),
        }
        inside = is_cased(letter);
    }
    out
}

/// The first letter large, all others small.
pub(crate) fn capitalize(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(large);
    first.chain(letters.as_str().to_lowercase().chars()).collect()
}

fn is_cased(letter: char) -> bool {
    letter.is_lowercase() || letter.is_uppercase() || matches!(letter, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ')
}

/// A letter at the beginning of a word: of the several that `ß` or `ﬁ` become, only the first is large.
fn large(letter: char) -> impl Iterator<Item = char> {
    let mut upper = letter.to_uppercase();
    let first = upper.next();
    first.into_iter().chain(upper.flat_map(char::to_lowercase))
}

#[cfg(test)]
mod tests {
    use super::{capitalize, title, trim};

    #[test]
    fn titles_each_run_of_letters() {
        for (text, expected) in [
            ("cold lamp", "Cold Lamp"),
            ("ALREADY Up", "Already Up"),
            ("they're 2nd", "They'Re 2Nd"),
            ("ünï straße ßa", "Ünï Straße Ssa"),
            ("", ""),
        ] {
            assert_eq!(title(text), expected);
        }
    }

    #[test]
    fn capitalizes_and_trims() {
        assert_eq!(capitalize("hELLO World"), "Hello world");
        assert_eq!(capitalize(""), "");
        assert_eq!(trim("\u{1c} a\u{a0}\n"), "a");
    }
}
