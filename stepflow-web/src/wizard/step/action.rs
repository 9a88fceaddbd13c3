//! What a button asks for.

/// Names of the fields that belong to the page and not to the answer.
const OWN: [&str; 7] = ["_action", "_item", "_return", "_rev", "_run", "_seen", "_token"];

/// What a button asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    AddItem,
    AddRow(String),
    Back,
    Cancel,
    Next,
    RemoveItem(String),
    RemoveRow(String),
    Save,
    Skip,
}

impl Action {
    /// The value of a button; Enter in a field is the first one.
    pub(super) fn read(value: Option<&str>) -> Option<Self> {
        let Some(value) = value else { return Some(Self::Next) };
        let (word, rest) = value.split_once(' ').unwrap_or((value, ""));
        Some(match (word, rest) {
            ("next" | "", "") => Self::Next,
            ("back", "") => Self::Back,
            ("skip", "") => Self::Skip,
            ("save", "") => Self::Save,
            ("cancel", "") => Self::Cancel,
            ("add", "") => Self::AddItem,
            ("remove", id) if !id.is_empty() => Self::RemoveItem(id.to_owned()),
            ("add-row", name) if !name.is_empty() => Self::AddRow(name.to_owned()),
            ("remove-row", name) if !name.is_empty() => Self::RemoveRow(name.to_owned()),
            _ => return None,
        })
    }
}

/// Whether a name is one that no page sends: those that begin with an underscore are the page's own.
pub(super) fn is_strange(name: &str) -> bool {
    name.starts_with('_') && !OWN.contains(&name)
}
