//! What a workflow's step takes and returns.

use crate::dialect::Workflow;
use crate::errors::Errors;
use crate::messages;
use crate::model::{Ownership, Step};
use syn::{PatType, ReturnType, Type};

pub(crate) fn check(step: &Step<'_, Workflow>, errors: &Errors) {
    if let Some(parameter) = step.parameter()
        && !is_context(parameter)
    {
        errors.push(parameter, messages::not_a_context(&step.place));
    }
    let ReturnType::Type(_, ty) = &step.method.sig.output else { return };
    match step.output.ownership {
        Ownership::Owned => {}
        Ownership::Borrowed => errors.push(ty, messages::borrowed_output(&step.place)),
        Ownership::Unnamed => errors.push(ty, messages::impl_trait_output(&step.place)),
    }
}

fn is_context(parameter: &PatType) -> bool {
    fn referent(ty: &Type) -> Option<&Type> {
        match ty {
            Type::Group(group) => referent(&group.elem),
            Type::Paren(paren) => referent(&paren.elem),
            Type::Reference(reference) if reference.mutability.is_some() => Some(&reference.elem),
            _ => None,
        }
    }
    match referent(&parameter.ty) {
        Some(Type::Path(path)) => {
            path.path.segments.last().is_some_and(|segment| segment.ident == "RunContext")
        }
        _ => false,
    }
}
