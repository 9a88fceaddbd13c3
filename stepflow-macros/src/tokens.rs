//! Looking at tokens.

use proc_macro2::{TokenStream, TokenTree};
use std::iter;

/// Tokens as a person would write them.
pub(crate) fn shown(tokens: &TokenStream) -> String {
    let mut text = tokens.to_string();
    for (from, to) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" ::", "::"),
        (" ..= ", "..="),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" ,", ","),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        ("& ", "&"),
        ("[ ", "["),
        (" ]", "]"),
    ] {
        text = text.replace(from, to);
    }
    text
}

/// Every token, those inside of groups included.
pub(crate) fn flat(tokens: TokenStream) -> Box<dyn Iterator<Item = TokenTree>> {
    Box::new(tokens.into_iter().flat_map(|tree| match tree {
        TokenTree::Group(group) => flat(group.stream()),
        tree => Box::new(iter::once(tree)),
    }))
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn tokens_are_shown_as_they_are_written() {
        for text in [
            "Verdict::Approve",
            "Verdict::Deny(_)",
            "Some(Verdict::Approve)",
            "(true, _)",
            "Vec<Option<u8>>",
            "&Refund",
            "[a, b]",
            "1..=9",
            "A | B",
            "_",
        ] {
            assert_eq!(shown(&text.parse().unwrap()), text);
        }
    }
}
