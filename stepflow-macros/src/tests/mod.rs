//! Tests of the whole expansion; refusals as users see them are under `tests/ui` of the workspace.

mod broken;
mod golden;

use crate::expand;
use proc_macro2::TokenStream;

/// Expands a block that starts with `#[workflow(…)]`, as rustc would.
fn expand(source: &str) -> TokenStream {
    let source: TokenStream = source.parse().expect("the source is made of tokens");
    let mut trees = source.into_iter().skip(1);
    let attribute = trees.next().expect("the source starts with an attribute");
    let args = match attribute {
        proc_macro2::TokenTree::Group(brackets) => arguments(brackets.stream()),
        other => panic!("expected the brackets of an attribute, found `{other}`"),
    };
    expand::workflow(args, &trees.collect())
}

fn arguments(attribute: TokenStream) -> TokenStream {
    match attribute.into_iter().nth(1) {
        Some(proc_macro2::TokenTree::Group(list)) => list.stream(),
        _ => TokenStream::new(),
    }
}
