//! What the YAML parser complains about, in words.

use granit_parser::{ErrorKind, ScanError};

/// The slips that people make most, in words; the parser's own sentence for the others.
pub(super) fn said(error: &ScanError) -> (String, Option<&'static str>) {
    let (message, hint) = match error.kind() {
        ErrorKind::TabInBlockIndentation | ErrorKind::TabInIndentation | ErrorKind::TabNotAllowed => {
            ("a tab stands where only spaces may", Some("indent with spaces"))
        }
        ErrorKind::InvalidSimpleKey | ErrorKind::SimpleKeyExpected => {
            ("a key with its `:` is expected here", None)
        }
        ErrorKind::MappingValueNotAllowed => {
            ("no key may stand here", Some("a text that holds `: ` needs quotes"))
        }
        ErrorKind::UnclosedQuotedScalar | ErrorKind::InvalidQuotedScalarIndent => {
            ("this text has no closing quote", None)
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar => {
            ("the text ended before this", Some("a single quote in single quotes is written twice: `it''s`"))
        }
        ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            ("the text ended before this", Some("a double quote in double quotes is written `\\\"`"))
        }
        ErrorKind::UnclosedFlowCollection { .. } => ("this bracket is not closed", None),
        ErrorKind::UnknownQuotedScalarEscape => {
            ("this text has a backslash that means nothing", Some("in single quotes a backslash is plain"))
        }
        ErrorKind::UnexpectedCharacter { .. } => ("no text may begin like this", Some("put it in quotes")),
        ErrorKind::ExpectedBlockMappingKey => {
            ("a key is expected here", Some("keys of one mapping begin in the same column"))
        }
        ErrorKind::ExpectedBlockSequenceEntry => {
            ("a `-` is expected here", Some("items of one list begin in the same column"))
        }
        _ => return (format!("this is no YAML: {}", error.info()), None),
    };
    (message.to_owned(), hint)
}
