//! The `impl` block: its head, our arguments, its members.

use super::attributes::{self, RawAttribute};
use super::block_args::{self, BlockArgs};
use super::member::{self, Member};
use crate::dialect::Dialect;
use crate::errors::Errors;
use crate::messages;
use crate::place::Place;
use crate::tokens::shown;
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser};
use syn::{Generics, ItemImpl, Path, Token, Type};

/// What the attribute stands on, and what it says.
pub(crate) struct Block<D: Dialect> {
    pub(crate) header: Header,
    pub(crate) args: BlockArgs<D>,
    pub(crate) members: Vec<Member<D>>,
    braces: Group,
}

/// `impl<…> Type where …`
pub(crate) struct Header {
    pub(crate) attributes: Vec<RawAttribute>,
    tokens: TokenStream,
    pub(crate) generics: Generics,
    pub(crate) unsafety: Option<Token![unsafe]>,
    pub(crate) trait_path: Option<Path>,
    pub(crate) self_ty: Type,
    /// The type's own name, when it has one.
    pub(crate) name: Option<Ident>,
}

impl Header {
    /// The `#[cfg]`s of the whole block.
    pub(crate) fn cfgs(&self) -> TokenStream {
        let cfgs = self.attributes.iter().filter(|attribute| attribute.is("cfg"));
        quote!(#(#cfgs)*)
    }

    pub(crate) fn shown_name(&self) -> String {
        match &self.name {
            Some(name) => name.unraw().to_string(),
            None => shown(&self.self_ty.to_token_stream()),
        }
    }
}

/// The block as the user wrote it, without our attributes.
impl<D: Dialect> ToTokens for Block<D> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Header { attributes, tokens: head, .. } = &self.header;
        let members = &self.members;
        let mut braces = Group::new(Delimiter::Brace, quote!(#(#members)*));
        braces.set_span(self.braces.span());
        tokens.extend(quote!(#(#attributes)* #head #braces));
    }
}

/// Reads the block; `None` when the attribute does not stand on one.
pub(crate) fn parse_block<D: Dialect>(
    args: TokenStream,
    item: TokenStream,
    errors: &Errors,
) -> Option<Block<D>> {
    let words = D::WORDS;
    let (mut header, braces) = match parse_head.parse2(item) {
        Ok(Head::Impl(header, braces)) => (*header, braces),
        Ok(Head::Other(keyword)) => {
            errors.push(&keyword, messages::not_an_impl_block(words, &keyword.to_string()));
            return None;
        }
        Err(problem) => {
            errors.push_at(problem.span(), messages::unreadable_block(words, &problem.to_string()));
            return None;
        }
    };
    let place = Place::block(words, header.shown_name());
    let args = block_args::parse::<D>(args, &place, errors);
    let krate = args.krate.as_ref();
    for again in header.attributes.extract_if(.., |attribute| attribute.is_ours(words.block, words, krate)) {
        errors.push(again, messages::block_twice(&place));
    }
    let members = member::parse(braces.stream(), args.krate.as_ref(), errors);
    Some(Block { header, args, members, braces })
}

enum Head {
    Impl(Box<Header>, Group),
    /// The keyword of an item of another kind.
    Other(TokenTree),
}

fn parse_head(input: ParseStream<'_>) -> syn::Result<Head> {
    let attributes = attributes::parse(input)?;
    let mut tokens = TokenStream::new();
    let mut body = None;
    while !input.is_empty() {
        match input.parse()? {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && input.is_empty() => {
                body = Some(group);
            }
            tree => tokens.extend([tree]),
        }
    }
    if let Some(keyword) = keyword(&tokens)
        && keyword.to_string() != "impl"
    {
        return Ok(Head::Other(keyword));
    }
    let Some(body) = body else {
        return Err(syn::Error::new_spanned(tokens, "expected `impl Type { … }`"));
    };
    let item: ItemImpl = syn::parse2(quote!(#tokens {}))?;
    let header = Header {
        attributes,
        tokens,
        name: type_name(&item.self_ty),
        generics: item.generics,
        unsafety: item.unsafety,
        trait_path: item.trait_.map(|(path, _)| path),
        self_ty: *item.self_ty,
    };
    Ok(Head::Impl(Box::new(header), body))
}

/// The word that says what kind of item this is.
fn keyword(tokens: &TokenStream) -> Option<TokenTree> {
    const KEYWORDS: [&str; 12] =
        ["impl", "struct", "enum", "union", "fn", "trait", "mod", "type", "static", "use", "const", "extern"];
    let words: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let is = |tree: &TokenTree, word: &str| matches!(tree, TokenTree::Ident(name) if name == word);
    let first = words.iter().find(|tree| KEYWORDS.iter().any(|word| is(tree, word)))?;
    // `const fn`, `extern "C" fn`
    let function = words.iter().find(|tree| is(tree, "fn"));
    match function {
        Some(function) if is(first, "const") || is(first, "extern") => Some(function.clone()),
        _ => Some(first.clone()),
    }
}

fn type_name(ty: &Type) -> Option<Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.clone()),
        Type::Group(group) => type_name(&group.elem),
        Type::Paren(paren) => type_name(&paren.elem),
        _ => None,
    }
}
