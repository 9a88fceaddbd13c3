//! The names that generated code uses, and the spans it carries.

use crate::dialect::Dialect;
use crate::model::{Flow, Returns, Step, Target};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
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
}

impl<'a> Names<'a> {
    pub(crate) fn new<D: Dialect>(flow: &Flow<'a, D>) -> Self {
        let site = Span::mixed_site();
        let header = &flow.block.header;
        let args = &flow.block.args;
        Self {
            krate: match &args.krate {
                Some(path) => path.to_token_stream(),
                None => {
                    let krate = Ident::new(D::WORDS.krate, site);
                    quote_spanned!(site=> ::#krate)
                }
            },
            generics: &header.generics,
            self_ty: &header.self_ty,
            where_clause: header.generics.where_clause.as_ref(),
            state: args.state.to_token_stream(),
            steps: Ident::new("__Step", site),
        }
    }

    /// The runtime crate, for code that is reported at the user's tokens.
    pub(crate) fn krate_at(&self, span: Span) -> TokenStream {
        located(self.krate.clone(), span)
    }

    /// The steps as an enum: `__Step::pay as usize` is the index of `pay` as configured.
    pub(crate) fn table<D: Dialect>(&self, flow: &Flow<'_, D>) -> TokenStream {
        let steps = &self.steps;
        let variants = flow.steps.iter().map(|step| {
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
    pub(crate) fn index<D: Dialect>(&self, step: &Step<'_, D>) -> TokenStream {
        let steps = &self.steps;
        let variant = variant(step);
        quote_spanned!(Span::mixed_site()=> #steps::#variant as usize)
    }

    /// The configured index of a target; `None` for `END`.
    pub(crate) fn target_index<D: Dialect>(
        &self,
        flow: &Flow<'_, D>,
        target: &Target<'_>,
    ) -> Option<TokenStream> {
        let step = flow.step_at(target)?;
        Some(match flow.condition_of(&step.method_name) {
            Some(_) => configured_index(step).to_token_stream(),
            None => self.index(step),
        })
    }

    /// What a step returns when all goes well.
    pub(crate) fn output<D: Dialect>(&self, step: &Step<'_, D>) -> TokenStream {
        match step.output.returns {
            Returns::Plain => step.output.ty(),
            _ => self.returned(step, "Output"),
        }
    }

    /// `<Ret as StepReturn<…>>`, with an associated item behind it.
    pub(crate) fn returned<D: Dialect>(&self, step: &Step<'_, D>, item: &str) -> TokenStream {
        let span = output_span(step);
        let krate = self.krate_at(span);
        let ty = step.output.ty();
        let fails = match step.output.returns {
            Returns::Plain => quote_spanned!(at(span)=> false),
            Returns::Result => quote_spanned!(at(span)=> true),
            Returns::Unclear => is_result(step, at(span)).to_token_stream(),
        };
        let item = Ident::new(item, at(span));
        quote_spanned!(at(span)=> <#ty as #krate::__private::StepReturn<{ #fails }>>::#item)
    }

    /// Constants that say which return types are a `Result`, where only the compiler can tell.
    pub(crate) fn probes<'s, D: Dialect>(&self, steps: impl Iterator<Item = &'s Step<'a, D>>) -> TokenStream
    where
        'a: 's,
    {
        let krate = &self.krate;
        let unclear = steps.filter(|step| step.output.returns == Returns::Unclear);
        let probes = unclear.map(|step| {
            let span = at(output_span(step));
            let cfgs = &step.cfgs;
            let constant = is_result(step, span);
            let ty = step.output.ty();
            quote_spanned! {span=>
                #cfgs
                const #constant: bool = {
                    #[allow(unused_imports)]
                    use #krate::__private::NotAResult as _;
                    #krate::__private::Probe::<#ty>::IS_RESULT
                };
            }
        });
        self.without_self(probes.collect())
    }

    /// Mentions of `step` at the user's own words, so that an editor can say what a `#[step]` is.
    pub(crate) fn marks<'s, D: Dialect>(&self, steps: impl Iterator<Item = &'s Step<'a, D>>) -> TokenStream
    where
        'a: 's,
    {
        let krate = &self.krate;
        let marks = steps.filter_map(|step| step.mark).map(|mark| {
            quote_spanned! {Span::mixed_site()=>
                #[allow(unused_imports)]
                use #krate::__private::#mark as _;
            }
        });
        marks.collect()
    }

    /// Tokens for items outside of the block, where `Self` has no meaning.
    pub(crate) fn without_self(&self, tokens: TokenStream) -> TokenStream {
        let replaced = tokens.into_iter().flat_map(|tree| match tree {
            TokenTree::Ident(word) if word == "Self" => self.self_ty.to_token_stream(),
            TokenTree::Group(group) => {
                let mut outer = Group::new(group.delimiter(), self.without_self(group.stream()));
                outer.set_span(group.span());
                TokenTree::Group(outer).into()
            }
            tree => tree.into(),
        });
        replaced.collect()
    }
}

/// The constant that says whether a step returns a `Result`.
pub(crate) fn is_result<D: Dialect>(step: &Step<'_, D>, span: Span) -> Ident {
    Ident::new(&format!("__{}_IS_RESULT", step.handle), span)
}

/// The constant that holds the configured index of a step that may be configured away.
pub(crate) fn configured_index<D: Dialect>(step: &Step<'_, D>) -> Ident {
    Ident::new(&format!("__{}_INDEX", step.handle), Span::mixed_site())
}

/// The variant that stands for a step.
pub(crate) fn variant<D: Dialect>(step: &Step<'_, D>) -> Ident {
    let mut variant = step.method.sig.ident.clone();
    variant.set_span(Span::mixed_site());
    variant
}

/// Generated code that is reported at the user's tokens.
pub(crate) fn at(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

/// Tokens that mean what they meant, but are reported elsewhere.
pub(crate) fn located(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut tree| {
            tree.set_span(tree.span().located_at(span));
            tree
        })
        .collect()
}

/// Where a step's return type stands, or else its name.
pub(crate) fn output_span<D: Dialect>(step: &Step<'_, D>) -> Span {
    use syn::spanned::Spanned as _;
    step.output.written.map_or_else(|| step.method.sig.ident.span(), |ty| ty.span())
}
