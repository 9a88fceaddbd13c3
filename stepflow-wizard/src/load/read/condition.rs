//! Conditions and expressions.

use super::Reader;
use super::object::Object;
use crate::condition::Condition;
use crate::definition::Guard;
use crate::error::DefinitionCode;
use crate::load::source::{Kind, Node, TEST};
use crate::suggest::closest;

impl Reader<'_> {
    pub(super) fn take_guard(&mut self, object: &mut Object<'_>, key: &'static str) -> Option<Guard> {
        let node = object.take(key)?;
        self.guard(node, &object.at(key))
    }

    fn guard(&mut self, node: &Node, path: &str) -> Option<Guard> {
        match (&node.kind, node.tag()) {
            (Kind::Bool(open), _) => Some(Guard::from(*open)),
            (_, Some((TEST, name))) => {
                let name = self.text(name, path)?;
                if let Some(test) = self.functions.test_named(&name) {
                    return Some(Guard::Function(test.clone()));
                }
                let hint = closest(&name, self.functions.test_names());
                let hint = hint.map(|meant| format!("did you mean `{meant}`?"));
                let message = format!("no test `{name}` is registered");
                self.error(node.spot, path, DefinitionCode::UnknownFunction, message).hint = hint;
                None
            }
            _ => self.expression(node, path).map(Guard::Expression),
        }
    }

    /// An expression, which may go over several lines.
    pub(super) fn expression(&mut self, node: &Node, path: &str) -> Option<Condition> {
        let Kind::Text(text) = &node.kind else {
            self.unfit(node, path, "an expression, or `!test` with the name of a function,");
            return None;
        };
        let source = one_line(text);
        match Condition::parse(source.trim_end()) {
            Ok(condition) => Some(condition),
            Err(errors) => {
                for error in &errors {
                    let spot = self.sources.locate(node, text, error.span().start);
                    let hint = error.hint().map(str::to_owned);
                    let message = format!("the condition is not right: {}", error.kind());
                    self.error(spot, path, DefinitionCode::Syntax, message).hint = hint;
                }
                None
            }
        }
    }
}

/// The same with spaces for line breaks, byte by byte.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// The byte at a line and column, both counted from one; the beginning, where they are not known.
#[cfg(feature = "template")]
pub(super) fn offset(text: &str, line: Option<usize>, column: Option<usize>) -> usize {
    let line_start: usize =
        text.split_inclusive('\n').take(line.unwrap_or(1).saturating_sub(1)).map(str::len).sum();
    let inside =
        text.get(line_start..).unwrap_or_default().char_indices().nth(column.unwrap_or(1).saturating_sub(1));
    line_start + inside.map_or(0, |(at, _)| at)
}
