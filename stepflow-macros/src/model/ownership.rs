//! Whether an output can be kept.

use crate::tokens::flat;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// What a return type says about who owns the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ownership {
    Borrowed,
    Owned,
    /// `impl Trait` somewhere.
    Unnamed,
}

impl Ownership {
    pub(crate) fn of(ty: TokenStream) -> Self {
        let is_impl = |tree: TokenTree| matches!(&tree, TokenTree::Ident(word) if word == "impl");
        if flat(ty.clone()).any(is_impl) {
            Self::Unnamed
        } else if borrows(ty) {
            Self::Borrowed
        } else {
            Self::Owned
        }
    }
}

/// Whether a type holds a reference or a lifetime other than `'static`, those of function types
/// aside.
fn borrows(tokens: TokenStream) -> bool {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let lifetime_at = |index: usize| match (trees.get(index), trees.get(index + 1)) {
        (Some(TokenTree::Punct(tick)), Some(TokenTree::Ident(name))) if tick.as_char() == '\'' => {
            Some(name.to_string())
        }
        _ => None,
    };
    let is_word = |index: Option<usize>, words: &[&str]| {
        matches!(
            index.and_then(|index| trees.get(index)),
            Some(TokenTree::Ident(name)) if words.iter().any(|word| name == word)
        )
    };
    if trees.iter().any(|tree| matches!(tree, TokenTree::Ident(word) if word == "for")) {
        // `for<'a> fn(&'a T)`: left to the compiler
        return false;
    }
    trees.iter().enumerate().any(|(index, tree)| match tree {
        TokenTree::Punct(punct) if punct.as_char() == '&' => {
            lifetime_at(index + 1).as_deref() != Some("static")
        }
        TokenTree::Punct(punct) if punct.as_char() == '\'' => lifetime_at(index).as_deref() != Some("static"),
        TokenTree::Group(group) if group.delimiter() != Delimiter::Brace => {
            let is_signature = is_word(index.checked_sub(1), &["fn", "Fn", "FnMut", "FnOnce"]);
            !is_signature && borrows(group.stream())
        }
        _ => false,
    })
}
