//! What goes over the wire. The descriptions of these types are those of the OpenAPI document.

mod answer;
mod definition;
mod request;
mod wizard;

pub(super) use self::answer::{
    Advanced, Answers, FieldProblem, Original, ProblemBody, Receipt, Sealed, escape,
};
pub(super) use self::definition::{DefinitionBody, Names};
pub(super) use self::request::{Advance, AdvanceSealed, Begin, Complete, ViewSealed};
pub(super) use self::wizard::WizardBody;
