//! Stage two: what does the block mean?
//!
//! Defaults are filled in, names are resolved, nothing is judged.

mod docs;
mod filter;
mod graph;
mod names;
mod output;
mod ownership;
mod pattern;
mod routes;

pub(crate) use filter::RetryFilter;
pub(crate) use graph::Graph;
pub(crate) use output::{Output, Returns};
pub(crate) use ownership::Ownership;
pub(crate) use pattern::{Binding, binding, guard};
pub(crate) use routes::{PatternKind, Route};

use crate::dialect::Dialect;
use crate::place::Place;
use crate::syntax::{Block, Kind, Member, Method, StepArgs};
use names::StepNames;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{FnArg, PatType};

/// A workflow or a wizard, as its block tells it.
pub(crate) struct Flow<'a, D: Dialect> {
    pub(crate) block: &'a Block<D>,
    pub(crate) place: Place,
    pub(crate) name: String,
    /// The first paragraph of the block's doc comment.
    pub(crate) doc: Option<String>,
    pub(crate) steps: Vec<Step<'a, D>>,
    /// Methods that are not steps.
    pub(crate) helpers: Vec<&'a Ident>,
    pub(crate) constants: Vec<&'a Ident>,
    /// Names of methods that are marked as steps, but cannot be read.
    pub(crate) unreadable: Vec<String>,
}

/// One step.
pub(crate) struct Step<'a, D: Dialect> {
    pub(crate) place: Place,
    pub(crate) method: &'a Method,
    pub(crate) args: &'a StepArgs<D>,
    /// The word `step` of its `#[step]`.
    pub(crate) mark: Option<&'a Ident>,
    /// The method's name, without `r#`.
    pub(crate) method_name: String,
    /// The public name, and the tokens that say it.
    pub(crate) name: String,
    pub(crate) name_tokens: TokenStream,
    /// The first paragraph of the doc comment.
    pub(crate) doc: Option<String>,
    pub(crate) cfgs: TokenStream,
    /// What the `#[cfg]`s ask for, if there are any.
    pub(crate) condition: Option<TokenStream>,
    pub(crate) handle: Ident,
    pub(crate) output: Output<'a>,
    pub(crate) routes: Vec<Route<'a>>,
    /// Where `next` and the like lead, by their keys.
    others: Vec<(&'static str, Target<'a>)>,
}

/// What else has the name of a step's handle.
pub(crate) enum Rival<'a> {
    /// Something in the block.
    Item,
    /// The handle of a step above.
    Step(&'a str),
}

/// Where a step leads.
pub(crate) struct Target<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) to: Destination,
}

/// What a target's name stands for.
#[derive(PartialEq, Eq)]
pub(crate) enum Destination {
    End,
    /// One step, or several variants of it under different `#[cfg]`s.
    Steps(Vec<usize>),
    /// A step that cannot be read.
    Unreadable,
    Unknown,
}

impl<'a, D: Dialect> Flow<'a, D> {
    pub(crate) fn new(block: &'a Block<D>) -> Self {
        let shown = block.header.shown_name();
        let names = StepNames::of(block);
        let place = Place::block(D::WORDS, shown.clone());
        let steps = block.members.iter().filter_map(|member| step(block, member, &names)).collect();
        let mut helpers = Vec::new();
        let mut constants = Vec::new();
        for member in &block.members {
            match &member.kind {
                Kind::Method(method) if member.step.is_none() => helpers.push(&method.sig.ident),
                Kind::Const(name) => constants.push(name),
                _ => {}
            }
        }
        let name = block.args.name.as_ref().map_or(shown, syn::LitStr::value);
        let doc = docs::first_paragraph(&block.header.attributes);
        Self { block, place, name, doc, steps, helpers, constants, unreadable: names.unreadable }
    }

    /// Whether the user wrote a method of this name that is no step.
    pub(crate) fn has_helper(&self, name: &str) -> bool {
        self.helpers.iter().any(|helper| *helper == name)
    }

    /// Whether the user wrote a method of this name.
    pub(crate) fn has_method(&self, name: &str) -> bool {
        self.has_helper(name) || self.steps.iter().any(|step| step.method_name == name)
    }

    /// What else has the name of a step's handle.
    pub(crate) fn rival(&self, index: usize) -> Option<Rival<'_>> {
        let step = &self.steps[index];
        let own = &step.method.sig.ident;
        let mut items = self.constants.iter().chain(&self.helpers).copied().chain([own]);
        if items.any(|name| name.unraw() == step.handle) {
            return Some(Rival::Item);
        }
        let earlier = self.steps[..index].iter().find(|other| {
            let are_variants = other.method_name == step.method_name
                && other.condition.is_some()
                && step.condition.is_some();
            other.handle == step.handle && !are_variants
        });
        earlier.map(|other| Rival::Step(&other.method_name))
    }

    /// The step that a target names; one of them when it has variants under different `#[cfg]`s.
    pub(crate) fn step_at(&self, target: &Target<'_>) -> Option<&Step<'a, D>> {
        match &target.to {
            Destination::Steps(steps) => steps.first().and_then(|&index| self.steps.get(index)),
            _ => None,
        }
    }

    /// What has to hold for a step to be there, in one of its variants; `None` when nothing has to.
    pub(crate) fn condition_of(&self, method_name: &str) -> Option<TokenStream> {
        let variants = self.steps.iter().filter(|step| step.method_name == method_name);
        let conditions: Option<Vec<&TokenStream>> = variants.map(|step| step.condition.as_ref()).collect();
        conditions.map(|conditions| quote!(any(#(#conditions),*)))
    }

    /// What has to hold for there to be steps; `None` when nothing has to.
    pub(crate) fn condition_of_steps(&self) -> Option<TokenStream> {
        let conditions: Option<Vec<&TokenStream>> =
            self.steps.iter().map(|step| step.condition.as_ref()).collect();
        conditions.map(|conditions| quote!(any(#(#conditions),*)))
    }

    /// The `async` of the first async step, if there is one: a workflow is then run by the async driver,
    /// whatever the `#[cfg]`s leave of it.
    pub(crate) fn first_async(&self) -> Option<(&Step<'a, D>, Span)> {
        self.steps.iter().find_map(|step| Some((step, step.method.sig.asyncness?.span())))
    }

    /// Whether some step or route may be configured away.
    pub(crate) fn is_configured(&self) -> bool {
        self.steps
            .iter()
            .any(|step| !step.cfgs.is_empty() || step.routes.iter().any(|route| !route.cfgs.is_empty()))
    }
}

impl<'a, D: Dialect> Step<'a, D> {
    /// What stands behind `self`.
    pub(crate) fn parameter(&self) -> Option<&'a PatType> {
        match (self.method.sig.inputs.first(), self.method.sig.inputs.get(1)) {
            (Some(FnArg::Receiver(_)), Some(FnArg::Typed(parameter))) => Some(parameter),
            _ => None,
        }
    }

    /// Every written target.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &Target<'a>> {
        self.routes.iter().map(|route| &route.target).chain(self.other_targets())
    }

    /// The targets that no route leads to.
    pub(crate) fn other_targets(&self) -> impl Iterator<Item = &Target<'a>> {
        self.others.iter().map(|(_, target)| target)
    }

    /// Where a key other than `routes` leads.
    pub(crate) fn other_target(&self, key: &str) -> Option<&Target<'a>> {
        self.others.iter().find(|(other, _)| *other == key).map(|(_, target)| target)
    }

    /// Whether the routes match the output as text.
    pub(crate) fn routes_on_text(&self) -> bool {
        self.routes.iter().any(|route| matches!(route.kind, PatternKind::Text(_)))
    }

    /// Whether some route takes whatever no other takes, as configured in any way.
    pub(crate) fn has_wildcard(&self) -> bool {
        self.routes.iter().any(|route| matches!(route.kind, PatternKind::Wild) && route.cfgs.is_empty())
    }

    /// Whether the step below comes next, for nothing else is said.
    pub(crate) fn falls_through(&self) -> bool {
        self.args.routes.is_none() && self.args.next_key.is_none()
    }

    /// Whether the step may `.await`.
    pub(crate) fn is_async(&self) -> bool {
        self.method.sig.asyncness.is_some()
    }

    /// Whether the step takes something besides `self`.
    pub(crate) fn takes_more(&self) -> bool {
        self.parameter().is_some()
    }
}

fn step<'a, D: Dialect>(
    block: &'a Block<D>,
    member: &'a Member<D>,
    names: &StepNames,
) -> Option<Step<'a, D>> {
    let (Kind::Method(method), Some(args)) = (&member.kind, &member.step) else {
        return None;
    };
    let ident = &method.sig.ident;
    let method_name = ident.unraw().to_string();
    let (name, name_tokens) = match &args.name {
        Some(name) => (name.value(), name.to_token_stream()),
        None => (method_name.clone(), ident.to_token_stream()),
    };
    let output = Output::new(method, args.fallible.is_some(), &block.header);
    Some(Step {
        place: Place::step(D::WORDS, method_name.clone()),
        method,
        args,
        mark: member.mark.as_ref(),
        name,
        name_tokens,
        doc: docs::first_paragraph(&member.attributes),
        cfgs: member.cfgs(),
        condition: member.condition(),
        handle: handle(&method_name, ident.span()),
        output,
        routes: args
            .routes
            .iter()
            .flat_map(|routes| &routes.arms)
            .map(|arm| Route::new(arm, names.resolve(&arm.target)))
            .collect(),
        others: args
            .next
            .iter()
            .map(|next| ("next", next))
            .chain(D::other_targets(&args.own))
            .map(|(key, target)| (key, names.resolve(target)))
            .collect(),
        method_name,
    })
}

fn handle(method_name: &str, span: Span) -> Ident {
    let name = method_name.to_uppercase();
    // An uppercase name is a name again in all scripts but the oddest.
    let mut handle = syn::parse_str::<Ident>(&name).unwrap_or_else(|_| Ident::new("STEP", span));
    handle.set_span(span);
    handle
}
