//! From a place inside a text's value to the place in the source it was written in.

use super::{Node, Sources, Spot, Style};
use crate::error::Place;

impl Sources {
    /// Where the byte `offset` of a text's value stands in the source; where the text begins, if that cannot be said.
    pub(in crate::load) fn locate(&self, node: &Node, value: &str, offset: usize) -> Spot {
        let place = || {
            let written = node.written.as_ref()?;
            let source = &*self.texts.get(node.spot.file)?.text;
            let inside = offset_of(source.get(written.range.clone())?, value, written.style, offset)?;
            Some(Cursor::new(source).place(written.range.start + inside))
        };
        Spot { place: place().or(node.spot.place), ..node.spot }
    }

    /// A value as it stands in the source.
    pub(in crate::load) fn spelling(&self, node: &Node) -> Option<&str> {
        self.texts.get(node.spot.file)?.text.get(node.written.as_ref()?.range.clone())
    }
}

/// Tells lines and columns of bytes. Asked from front to back, it reads the text once.
pub(super) struct Cursor<'t> {
    text: &'t str,
    offset: usize,
    place: Place,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, offset: 0, place: Place { line: 1, column: 1 } }
    }

    pub(super) fn place(&mut self, offset: usize) -> Place {
        if offset < self.offset {
            *self = Self::new(self.text);
        }
        for letter in self.text.get(self.offset..offset).unwrap_or_default().chars() {
            match letter {
                '\n' => self.place = Place { line: self.place.line + 1, column: 1 },
                _ => self.place.column += 1,
            }
        }
        self.offset = self.offset.max(offset);
        self.place
    }
}

/// Folding changes nothing but white space: the n-th visible letter of the value is the n-th of the source.
fn offset_of(source: &str, value: &str, style: Style, offset: usize) -> Option<usize> {
    let before = value.get(..offset)?.chars().filter(|letter| !letter.is_whitespace()).count();
    let mut visible = content(source, style).filter(|(_, letter)| !letter.is_whitespace());
    let skipped = before.checked_sub(1).map(|last| visible.nth(last));
    match (visible.next(), skipped) {
        (Some((at, _)), _) => Some(at),
        // Behind the last letter.
        (None, Some(Some((at, letter)))) => Some(at + letter.len_utf8()),
        _ => None,
    }
}

/// The letters of the value, each with where it begins in the source.
fn content(source: &str, style: Style) -> impl Iterator<Item = (usize, char)> {
    let start = match style {
        Style::Double | Style::Single => 1.min(source.len()),
        Style::Block | Style::Plain => 0,
    };
    let mut letters = source[start..].char_indices().map(move |(at, letter)| (start + at, letter));
    std::iter::from_fn(move || {
        let (at, letter) = letters.next()?;
        match (style, letter) {
            (Style::Single, '\'') => letters.next().map(|_| (at, '\'')),
            (Style::Double, '"') => None,
            (Style::Double, '\\') => {
                let (_, escaped) = letters.next()?;
                let digits = match escaped {
                    'x' => 2,
                    'u' => 4,
                    'U' => 8,
                    _ => 0,
                };
                for _ in 0..digits {
                    letters.next();
                }
                Some((at, if matches!(escaped, 'n' | 't' | 'r' | '\n' | ' ') { ' ' } else { 'x' }))
            }
            _ => Some((at, letter)),
        }
    })
}
