//! Words out of names.

/// A name as words: `street_address` and `streetAddress` are `Street address`.
pub(crate) fn humanise(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for letter in name.chars() {
        let begins = letter.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit());
        let gap = matches!(letter, '_' | '-' | '.' | ' ');
        if (begins || gap) && !words.is_empty() && !words.ends_with(' ') {
            words.push(' ');
        }
        if !gap {
            // `IBAN` stays as it is; `streetAddress` is two plain words.
            if begins { words.extend(letter.to_lowercase()) } else { words.push(letter) }
        }
        before = letter;
    }
    let words = words.trim_end();
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::humanise;

    #[test]
    fn names_become_words() {
        let cases = [
            ("email", "Email"),
            ("street_address", "Street address"),
            ("streetAddress", "Street address"),
            ("post-code", "Post code"),
            ("IBAN", "IBAN"),
            ("address.city", "Address city"),
            ("line2Text", "Line2 text"),
            ("_", ""),
            ("", ""),
        ];
        for (name, words) in cases {
            assert_eq!(humanise(name), words);
        }
    }
}
