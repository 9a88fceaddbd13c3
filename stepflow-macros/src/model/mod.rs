//! Stage two: what does the block mean?
//!
//! Defaults are filled in, names are resolved, nothing is judged.

mod docs;
mod graph;
mod output;
mod ownership;
mod pattern;
mod routes;

pub(crate) use graph::Graph;
pub(crate) use output::{Output, Returns};
pub(crate) use ownership::Ownership;
pub(crate) use pattern::{Binding, binding, guard};
pub(crate) use routes::{PatternKind, Route};

use crate::place::Place;
use crate::syntax::{ApprovalArgs, Block, Kind, Member, Method, RetryArgs, StepArgs, TargetArg};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{ExprPath, Pat};

/// A workflow, as its block tells it.
pub(crate) struct Workflow<'a> {
    pub(crate) block: &'a Block,
    pub(crate) place: Place,
    pub(crate) name: String,
    pub(crate) steps: Vec<Step<'a>>,
    /// Methods that are not steps.
    pub(crate) helpers: Vec<&'a Ident>,
    pub(crate) constants: Vec<&'a Ident>,
    /// Names of methods that are marked as steps, but cannot be read.
    pub(crate) unreadable: Vec<String>,
}

/// One step.
pub(crate) struct Step<'a> {
    pub(crate) place: Place,
    pub(crate) method: &'a Method,
    pub(crate) args: &'a StepArgs,
    /// The method's name, without `r#`.
    pub(crate) method_name: String,
    /// The public name, and the tokens that say it.
    pub(crate) name: String,
    pub(crate) name_tokens: TokenStream,
    pub(crate) description: Option<String>,
    pub(crate) cfgs: TokenStream,
    /// What the `#[cfg]`s ask for, if there are any.
    pub(crate) condition: Option<TokenStream>,
    pub(crate) handle: Ident,
    pub(crate) output: Output<'a>,
    pub(crate) filter: RetryFilter<'a>,
    pub(crate) routes: Vec<Route<'a>>,
    pub(crate) next: Option<Target<'a>>,
    pub(crate) on_deny: Option<Target<'a>>,
    pub(crate) on_failure: Option<Target<'a>>,
}

/// Which errors of a step are retried.
#[derive(Clone, Copy)]
pub(crate) enum RetryFilter<'a> {
    Any,
    On(&'a Pat),
    When(&'a ExprPath),
    /// From the workflow: for errors of the pattern's type.
    InheritedOn(&'a Pat),
    InheritedWhen(&'a ExprPath),
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

impl<'a> Workflow<'a> {
    pub(crate) fn new(block: &'a Block) -> Self {
        let shown = block.header.shown_name();
        let names = StepNames::of(block);
        let place = Place::Workflow(shown.clone());
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
        Self { block, place, name, steps, helpers, constants, unreadable: names.unreadable }
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
    pub(crate) fn step_at(&self, target: &Target<'_>) -> Option<&Step<'a>> {
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

    /// What has to hold for the workflow to have steps; `None` when nothing has to.
    pub(crate) fn condition_of_steps(&self) -> Option<TokenStream> {
        let conditions: Option<Vec<&TokenStream>> =
            self.steps.iter().map(|step| step.condition.as_ref()).collect();
        conditions.map(|conditions| quote!(any(#(#conditions),*)))
    }

    /// The `async` of the first async step, if there is one: the workflow is then run by the async driver,
    /// whatever the `#[cfg]`s leave of it.
    pub(crate) fn first_async(&self) -> Option<(&Step<'a>, Span)> {
        self.steps.iter().find_map(|step| Some((step, step.method.sig.asyncness?.span())))
    }

    /// Whether some step or route may be configured away.
    pub(crate) fn is_configured(&self) -> bool {
        self.steps
            .iter()
            .any(|step| !step.cfgs.is_empty() || step.routes.iter().any(|route| !route.cfgs.is_empty()))
    }
}

impl Step<'_> {
    /// Every written target.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &Target<'_>> {
        self.routes.iter().map(|route| &route.target).chain(self.other_targets())
    }

    /// The targets that no route leads to.
    pub(crate) fn other_targets(&self) -> impl Iterator<Item = &Target<'_>> {
        self.next.iter().chain(&self.on_deny).chain(&self.on_failure)
    }

    /// Whether the step below comes next, for nothing else is said.
    pub(crate) fn falls_through(&self) -> bool {
        self.args.routes.is_none() && self.args.next_key.is_none()
    }

    /// Whether the step may `.await`.
    pub(crate) fn is_async(&self) -> bool {
        self.method.sig.asyncness.is_some()
    }

    /// Whether the step takes the context.
    pub(crate) fn takes_context(&self) -> bool {
        self.method.sig.inputs.len() > 1
    }
}

fn step<'a>(block: &'a Block, member: &'a Member, names: &StepNames) -> Option<Step<'a>> {
    let (Kind::Method(method), Some(args)) = (&member.kind, &member.step) else {
        return None;
    };
    let ident = &method.sig.ident;
    let method_name = ident.unraw().to_string();
    let (name, name_tokens) = match &args.name {
        Some(name) => (name.value(), name.to_token_stream()),
        None => (method_name.clone(), ident.to_token_stream()),
    };
    let output = Output::new(method, args, &block.header);
    Some(Step {
        place: Place::Step(method_name.clone()),
        method,
        args,
        name,
        name_tokens,
        description: match &args.description {
            Some(text) => Some(text.value()),
            None => docs::first_paragraph(&member.attributes),
        },
        cfgs: member.cfgs(),
        condition: member.condition(),
        handle: handle(&method_name, ident.span()),
        filter: filter(&args.retry, &block.args.retry, output.returns),
        output,
        routes: args
            .routes
            .iter()
            .flat_map(|routes| &routes.arms)
            .map(|arm| Route::new(arm, names.resolve(&arm.target)))
            .collect(),
        next: args.next.as_ref().map(|next| names.resolve(next)),
        on_deny: on_deny(args.approval.as_ref()).map(|target| names.resolve(target)),
        on_failure: args.on_failure.as_ref().map(|target| names.resolve(target)),
        method_name,
    })
}

fn on_deny(approval: Option<&ApprovalArgs>) -> Option<&TargetArg> {
    approval.and_then(|approval| approval.on_deny.as_ref())
}

fn handle(method_name: &str, span: Span) -> Ident {
    let name = method_name.to_uppercase();
    // An uppercase name is a name again in all scripts but the oddest.
    let mut handle = syn::parse_str::<Ident>(&name).unwrap_or_else(|_| Ident::new("STEP", span));
    handle.set_span(span);
    handle
}

fn filter<'a>(own: &'a RetryArgs, inherited: &'a RetryArgs, returns: Returns) -> RetryFilter<'a> {
    match (&own.on, &own.when, &inherited.on, &inherited.when) {
        _ if returns == Returns::Plain => RetryFilter::Any,
        (Some(on), ..) => RetryFilter::On(&on.value),
        (_, Some(when), ..) => RetryFilter::When(&when.value),
        (_, _, Some(on), _) => RetryFilter::InheritedOn(&on.value),
        (.., Some(when)) => RetryFilter::InheritedWhen(&when.value),
        _ => RetryFilter::Any,
    }
}

/// The method names of the steps, in order.
struct StepNames {
    steps: Vec<String>,
    unreadable: Vec<String>,
}

impl StepNames {
    fn of(block: &Block) -> Self {
        let mut names = Self { steps: Vec::new(), unreadable: Vec::new() };
        for member in &block.members {
            match &member.kind {
                Kind::Method(method) if member.step.is_some() => {
                    names.steps.push(method.sig.ident.unraw().to_string());
                }
                Kind::Unreadable { name: Some(name) } => {
                    names.unreadable.push(name.unraw().to_string());
                }
                _ => {}
            }
        }
        names
    }

    fn resolve<'a>(&self, target: &'a TargetArg) -> Target<'a> {
        let name = target.name.unraw().to_string();
        let steps: Vec<usize> = self
            .steps
            .iter()
            .enumerate()
            .filter(|(_, step)| **step == name)
            .map(|(index, _)| index)
            .collect();
        let to = if name == "END" {
            Destination::End
        } else if !steps.is_empty() {
            Destination::Steps(steps)
        } else if self.unreadable.contains(&name) {
            Destination::Unreadable
        } else {
            Destination::Unknown
        };
        Target { name: &target.name, to }
    }
}
