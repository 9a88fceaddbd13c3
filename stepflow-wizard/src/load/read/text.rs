//! Texts that are shown.

use super::Reader;
use super::object::Object;
use crate::Text;
use crate::load::source::{LITERAL, Node, TEMPLATE};

/// What becomes of a template that names something which is absent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Gaps {
    /// It comes to nothing.
    Refused,
    /// It is shown with a gap.
    Shown,
}

impl Reader<'_> {
    pub(super) fn take_shown(&mut self, object: &mut Object<'_>, key: &'static str) -> Option<Text> {
        let node = object.take(key)?;
        self.shown(node, &object.at(key))
    }

    /// A text, plain or a template.
    pub(super) fn shown(&mut self, node: &Node, path: &str) -> Option<Text> {
        self.shown_with(node, path, Gaps::Shown)
    }

    pub(super) fn shown_with(&mut self, node: &Node, path: &str, gaps: Gaps) -> Option<Text> {
        match node.tag() {
            Some((LITERAL, inner)) => self.text(inner, path).map(Text::plain),
            Some((TEMPLATE, inner)) => {
                let source = self.text(inner, path)?;
                self.template(inner, &source, path, gaps)
            }
            _ => {
                let source = self.text(node, path)?;
                if looks_like_template(&source) {
                    self.template(node, &source, path, gaps)
                } else {
                    Some(Text::plain(source))
                }
            }
        }
    }

    #[cfg(feature = "template")]
    fn template(&mut self, node: &Node, source: &str, path: &str, gaps: Gaps) -> Option<Text> {
        use crate::template::{Template, TemplateOptions};

        let options = match gaps {
            Gaps::Refused if !self.original() => TemplateOptions::strict(),
            _ => TemplateOptions::default(),
        };
        match Template::parse_with(source, &options) {
            Ok(template) => Some(template.into()),
            Err(error) => self.not_a_template(node, source, path, &error),
        }
    }

    /// Complains about a template, and takes it for a plain text where the original does.
    #[cfg(feature = "template")]
    pub(super) fn not_a_template(
        &mut self,
        node: &Node,
        source: &str,
        path: &str,
        error: &crate::template::TemplateError,
    ) -> Option<Text> {
        use crate::error::{DefinitionCode, WarningCode};

        let spot =
            self.sources.locate(node, source, super::condition::offset(source, error.line(), error.column()));
        let told = error.to_string();
        // Its own line and column count from the beginning of the text.
        let message = told.find("the template").map_or(&*told, |at| &told[at..]);
        if self.original() {
            let message = format!("{message}; it is shown as it stands");
            self.warn(spot, path, WarningCode::Style, message);
            return Some(Text::plain(source));
        }
        self.error(spot, path, DefinitionCode::Syntax, message);
        None
    }

    #[cfg(not(feature = "template"))]
    fn template(&mut self, node: &Node, _source: &str, path: &str, _gaps: Gaps) -> Option<Text> {
        let message = "this text is a template, and templates need the feature `template`";
        self.error(node.spot, path, crate::error::DefinitionCode::Syntax, message).hint =
            Some("`!literal` shows a text as it stands".to_owned());
        None
    }
}

/// Whether a text holds anything that a template would act on.
pub(in crate::load) fn looks_like_template(text: &str) -> bool {
    ["{{", "{%", "{#"].iter().any(|opening| text.contains(opening))
}
