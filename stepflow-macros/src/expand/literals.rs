//! Values as expressions.

use crate::syntax::{Length, Number};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

pub(crate) fn cow(krate: &TokenStream, value: impl ToTokens) -> TokenStream {
    quote_spanned!(Span::mixed_site()=> #krate::__private::Cow::Borrowed(#value))
}

/// A slice in a constant: `Cow::Borrowed(const { &[…] })`.
pub(crate) fn slice(krate: &TokenStream, items: &[TokenStream]) -> TokenStream {
    cow(krate, quote_spanned!(Span::mixed_site()=> const { &[#(#items),*] }))
}

pub(crate) fn some(value: impl ToTokens) -> TokenStream {
    quote_spanned!(Span::mixed_site()=> ::core::option::Option::Some(#value))
}

pub(crate) fn number(number: &Number) -> TokenStream {
    match number {
        Number::Literal(number) => Literal::u32_unsuffixed(*number).to_token_stream(),
        Number::Constant(path) => path.to_token_stream(),
    }
}

pub(crate) fn length(length: &Length) -> TokenStream {
    match length {
        Length::Literal(duration) => {
            let seconds = Literal::u64_unsuffixed(duration.as_secs());
            let nanos = Literal::u32_unsuffixed(duration.subsec_nanos());
            quote_spanned!(Span::mixed_site()=> ::core::time::Duration::new(#seconds, #nanos))
        }
        Length::Constant(path) => path.to_token_stream(),
    }
}
