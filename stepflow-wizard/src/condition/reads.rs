//! What a condition reads, as far as its source tells.

use std::collections::BTreeSet;

use super::ast::{Arguments, Comparison, Expr, Kind, Root};
use super::function::{Function, Method};

/// The names that stand in a condition as literals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reads {
    pub(crate) banks: BTreeSet<String>,
    pub(crate) fields: BTreeSet<String>,
    pub(crate) skipped: BTreeSet<String>,
    pub(crate) turn: BTreeSet<String>,
    pub(crate) value: bool,
}

impl Reads {
    pub(crate) fn of(expr: &Expr) -> Self {
        let mut reads = Self::default();
        expr.walk(&mut |expr| reads.note(expr));
        reads
    }

    fn note(&mut self, expr: &Expr) {
        match &expr.kind {
            Kind::Root(Root::Value) => self.value = true,
            Kind::Attribute { root, name } => self.key(*root, name),
            Kind::Index { of, index } => self.read(of, Some(index)),
            Kind::Method { on, method: Method::Get, arguments } => {
                self.read(on, arguments.positional.first())
            }
            Kind::Compare { first, rest } => {
                let mut left = first.as_ref();
                for (comparison, right) in rest {
                    if matches!(comparison, Comparison::In | Comparison::NotIn) {
                        self.read(right, Some(left));
                    }
                    left = right;
                }
            }
            Kind::Call { function, arguments } => self.called(*function, arguments),
            _ => {}
        }
    }

    fn called(&mut self, function: Function, arguments: &Arguments) {
        let Some(Kind::Text(name)) = arguments.positional.first().map(|argument| &argument.kind) else {
            return;
        };
        let names = match function {
            Function::Bank => &mut self.banks,
            Function::Has => &mut self.fields,
            Function::Skipped => &mut self.skipped,
            _ => return,
        };
        names.insert(name.clone());
    }

    fn read(&mut self, of: &Expr, key: Option<&Expr>) {
        if let (Kind::Root(root), Some(Kind::Text(key))) = (&of.kind, key.map(|key| &key.kind)) {
            self.key(*root, key);
        }
    }

    fn key(&mut self, root: Root, key: &str) {
        match root {
            Root::Data => self.fields.insert(key.to_owned()),
            Root::Turn => self.turn.insert(key.to_owned()),
            Root::Value => false,
        };
    }
}
