//! Doc comments as descriptions.

use crate::syntax::RawAttribute;

/// The first paragraph of the doc comment, on one line.
pub(crate) fn first_paragraph(attributes: &[RawAttribute]) -> Option<String> {
    let text: Vec<String> = attributes.iter().filter_map(RawAttribute::doc).collect();
    let paragraph: Vec<&str> = text
        .iter()
        // Not `lines`: an empty line of a doc comment is an empty text, and that has no lines.
        .flat_map(|text| text.split('\n').map(move |line| bare(line, text)))
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.is_empty())
        .collect();
    (!paragraph.is_empty()).then(|| paragraph.join(" "))
}

/// A line without the star that block comments draw down their left side.
fn bare<'a>(line: &'a str, whole: &str) -> &'a str {
    let line = line.trim();
    if whole.contains('\n') {
        return line.strip_prefix("* ").or_else(|| line.strip_prefix('*')).unwrap_or(line).trim();
    }
    line
}
