//! Tables without lines, as wide as the terminal.

use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table, presets};
use stepflow_store::RunStatus;

use crate::text::{lines, plain};

/// A table with these headings. Where it is no terminal that it is written to, no cell is broken into lines.
pub(crate) fn table(headings: &[&str], rows: Vec<Vec<Cell>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    // What the terminal does not want is taken out when it is written.
    table.enforce_styling().style_text_only();
    table.set_header(headings.iter().map(|heading| Cell::new(heading).add_attribute(Attribute::Bold)));
    table.add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

pub(crate) fn cell(text: impl AsRef<str>) -> Cell {
    Cell::new_owned(plain(text.as_ref()))
}

/// A cell of several lines.
pub(crate) fn colored_lines(text: &str, status: RunStatus) -> Cell {
    let cell = Cell::new_owned(lines(text));
    match color(status) {
        Some(color) => cell.fg(color),
        None => cell,
    }
}

pub(crate) fn colored(text: impl AsRef<str>, status: RunStatus) -> Cell {
    match color(status) {
        Some(color) => cell(text).fg(color),
        None => cell(text),
    }
}

fn color(status: RunStatus) -> Option<Color> {
    Some(match status {
        RunStatus::Cancelled => Color::DarkGrey,
        RunStatus::Failed => Color::Red,
        RunStatus::Held => Color::Magenta,
        RunStatus::Paused | RunStatus::Unsettled => Color::Yellow,
        RunStatus::Ready => Color::Cyan,
        RunStatus::Succeeded => Color::Green,
        _ => return None,
    })
}
