//! What the names in a block stand for.

use super::{Destination, Target};
use crate::dialect::Dialect;
use crate::syntax::{Block, Kind, TargetArg};
use syn::ext::IdentExt as _;

/// The method names of the steps, in order.
pub(crate) struct StepNames {
    steps: Vec<String>,
    pub(crate) unreadable: Vec<String>,
}

impl StepNames {
    pub(crate) fn of<D: Dialect>(block: &Block<D>) -> Self {
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

    pub(crate) fn resolve<'a>(&self, target: &'a TargetArg) -> Target<'a> {
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
