//! A block beside the user's own.

use super::names::Names;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

pub(crate) fn block(names: &Names<'_>, items: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    let Names { generics, self_ty, where_clause, .. } = names;
    let items = items.into_iter();
    quote_spanned! {Span::mixed_site()=>
        #[allow(dead_code, private_interfaces, unreachable_pub)]
        impl #generics #self_ty #where_clause {
            #(#items)*
        }
    }
}

/// What the documentation of a step's handle says.
pub(crate) fn handle_doc(name: &str, description: Option<&str>) -> String {
    match description {
        Some(description) => format!(" Handle of the step `{name}`. {description}"),
        None => format!(" Handle of the step `{name}`."),
    }
}
