//! The mistakes found so far.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use std::cell::{Cell, RefCell};

/// Collects mistakes, so that all of a block are reported at once, and refuses to be forgotten.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    found: RefCell<Vec<syn::Error>>,
    reported: Cell<bool>,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a mistake that covers the given tokens.
    pub(crate) fn push(&self, tokens: impl ToTokens, message: impl Into<String>) {
        self.add(syn::Error::new_spanned(tokens, message.into()));
    }

    /// Adds a mistake at one place.
    pub(crate) fn push_at(&self, span: Span, message: impl Into<String>) {
        self.add(syn::Error::new(span, message.into()));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// A single mistake, as code.
    pub(crate) fn only(tokens: impl ToTokens, message: impl Into<String>) -> TokenStream {
        syn::Error::new_spanned(tokens, message.into()).to_compile_error()
    }

    /// A single mistake at one place, as code.
    pub(crate) fn only_at(span: Span, message: impl Into<String>) -> TokenStream {
        syn::Error::new(span, message.into()).to_compile_error()
    }

    /// One `compile_error!` for each mistake, in the order in which they were found.
    pub(crate) fn report(self) -> TokenStream {
        self.reported.set(true);
        self.found.borrow().iter().map(syn::Error::to_compile_error).collect()
    }

    fn add(&self, error: syn::Error) {
        self.found.borrow_mut().push(error);
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        debug_assert!(
            self.reported.get() || std::thread::panicking(),
            "the collected mistakes were dropped instead of reported"
        );
    }
}
