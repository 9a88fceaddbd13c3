//! Tests of the whole expansion; refusals as users see them are under `tests-ui/ui` of the workspace.

mod broken;
mod golden;

use crate::dialect::{Wizard, Workflow};
use crate::expand;
use proc_macro2::{TokenStream, TokenTree};

/// Expands a block that starts with `#[workflow(…)]` or `#[wizard(…)]`, as rustc would.
fn expand(source: &str) -> TokenStream {
    let source: TokenStream = source.parse().expect("the source is made of tokens");
    let mut trees = source.into_iter().skip(1);
    let attribute = trees.next().expect("the source starts with an attribute");
    let TokenTree::Group(brackets) = attribute else {
        panic!("expected the brackets of an attribute, found `{attribute}`");
    };
    let mut attribute = brackets.stream().into_iter();
    let name = attribute.next().map(|name| name.to_string());
    let args = match attribute.next() {
        Some(TokenTree::Group(list)) => list.stream(),
        _ => TokenStream::new(),
    };
    let block = trees.collect();
    match name.as_deref() {
        Some("wizard") => expand::block::<Wizard>(args, &block),
        _ => expand::block::<Workflow>(args, &block),
    }
}
