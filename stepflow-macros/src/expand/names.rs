//! The names that generated code uses, and the spans it carries.

use crate::model::{Output, Returns, Step, Workflow};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Generics, Type, WhereClause};

/// Paths and the head of the block, ready to be quoted.
pub(crate) struct Names<'a> {
    /// The runtime crate.
    pub(crate) krate: TokenStream,
    pub(crate) generics: &'a Generics,
    pub(crate) self_ty: &'a Type,
    pub(crate) where_clause: Option<&'a WhereClause>,
    /// The type of the state.
    pub(crate) state: TokenStream,
    /// The enum whose discriminants are the configured indexes.
    pub(crate) steps: Ident,
    /// The method names of the configured steps, as a constant.
    pub(crate) step_names: Ident,
}

impl<'a> Names<'a> {
    pub(crate) fn new(workflow: &Workflow<'a>) -> Self {
        let site = Span::mixed_site();
        let block = workflow.block;
        Self {
            krate: match &block.args.krate {
                Some(path) => path.to_token_stream(),
                None => quote_spanned!(site=> ::stepflow),
            },
            generics: &block.header.generics,
            self_ty: &block.header.self_ty,
            where_clause: block.header.generics.where_clause.as_ref(),
            state: block.args.state.to_token_stream(),
            steps: Ident::new("__Step", site),
            step_names: Ident::new("__STEP_NAMES", site),
        }
    }

    /// The steps as an enum: `__Step::pay as usize` is the index of `pay` as configured.
    pub(crate) fn table(&self, workflow: &Workflow<'_>) -> TokenStream {
        let steps = &self.steps;
        let variants = workflow.steps.iter().map(|step| {
            let cfgs = &step.cfgs;
            let variant = variant(step);
            quote!(#cfgs #variant,)
        });
        quote_spanned! {Span::mixed_site()=>
            #[allow(non_camel_case_types, clippy::enum_variant_names)]
            enum #steps { #(#variants)* }
        }
    }

    /// `__Step::pay as usize`
    pub(crate) fn index(&self, step: &Step<'_>) -> TokenStream {
        let steps = &self.steps;
        let variant = variant(step);
        quote_spanned!(Span::mixed_site()=> #steps::#variant as usize)
    }

    /// What a step returns when all goes well.
    pub(crate) fn output(&self, output: &Output<'_>, span: Span) -> TokenStream {
        match output.returns {
            Returns::Plain => output.ty(),
            _ => self.returned(output, span, "Output"),
        }
    }

    /// What a step returns when it fails.
    pub(crate) fn error(&self, output: &Output<'_>, span: Span) -> TokenStream {
        self.returned(output, span, "Error")
    }

    /// `<Ret as StepReturn<…>>`, with an associated item behind it.
    pub(crate) fn returned(&self, output: &Output<'_>, span: Span, item: &str) -> TokenStream {
        let krate = &self.krate;
        let ty = output.ty();
        let fallible = self.fallible(output, span);
        let item = Ident::new(item, at(span));
        quote_spanned!(at(span)=> <#ty as #krate::__private::StepReturn<{ #fallible }>>::#item)
    }

    /// Whether a step can fail, as a constant expression.
    pub(crate) fn fallible(&self, output: &Output<'_>, span: Span) -> TokenStream {
        let krate = &self.krate;
        let ty = output.ty();
        match output.returns {
            Returns::Plain => quote_spanned!(at(span)=> false),
            Returns::Result => quote_spanned!(at(span)=> true),
            Returns::Unclear => quote_spanned! {at(span)=>
                {
                    #[allow(unused_imports)]
                    use #krate::__private::NotAResult as _;
                    #krate::__private::Probe::<#ty>::IS_RESULT
                }
            },
        }
    }
}

/// The variant that stands for a step.
pub(crate) fn variant(step: &Step<'_>) -> Ident {
    let mut variant = step.method.sig.ident.clone();
    variant.set_span(Span::mixed_site());
    variant
}

/// Generated code that is reported at the user's tokens.
pub(crate) fn at(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

/// Where a step's return type stands, or else its name.
pub(crate) fn output_span(step: &Step<'_>) -> Span {
    use syn::spanned::Spanned as _;
    step.output.written.map_or_else(|| step.method.sig.ident.span(), |ty| ty.span())
}
