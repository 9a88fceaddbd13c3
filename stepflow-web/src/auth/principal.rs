//! A person, as this service knows them.

use std::collections::BTreeSet;

/// A person who is known: an id that never changes, a name to show, and roles.
///
/// ```
/// use stepflow_web::auth::Principal;
///
/// let ada = Principal::new("ada@example.com")?.with_name("Ada Lovelace").with_role("approver");
/// assert_eq!(ada.decided_by(), "Ada Lovelace (ada@example.com)");
/// assert!(Principal::new("").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    id: String,
    name: Option<String>,
    roles: BTreeSet<String>,
}

const LONGEST: usize = 200;

impl Principal {
    /// The person of this id: 1 to 200 bytes, none of which is a control character or turns the direction of
    /// writing round.
    ///
    /// # Errors
    ///
    /// When it is anything else: such an id could pass for another one where it is shown.
    pub fn new(id: impl Into<String>) -> Result<Self, PrincipalError> {
        let id = id.into();
        if id.trim().is_empty() {
            return Err(PrincipalError::Empty);
        }
        if id.len() > LONGEST {
            return Err(PrincipalError::TooLong);
        }
        if id.chars().any(misleads) {
            return Err(PrincipalError::Unreadable);
        }
        Ok(Self { id, name: None, roles: BTreeSet::new() })
    }

    /// Whoever is at this machine.
    pub(crate) fn local() -> Self {
        Self { id: "local".to_owned(), name: None, roles: BTreeSet::new() }
    }

    /// The same with a name to show. What cannot be shown is left out, and what is too long is cut.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        let mut shown = String::new();
        for one in name.trim().chars().filter(|one| !misleads(*one)) {
            if shown.len() + one.len_utf8() > LONGEST {
                break;
            }
            shown.push(one);
        }
        self.name = Some(shown).filter(|name| !name.is_empty());
        self
    }

    /// The same with one more role.
    #[must_use]
    pub fn with_role(mut self, role: impl Into<String>) -> Self {
        self.roles.insert(role.into());
        self
    }

    /// What never changes about the person.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What the person is called; the id where nothing else is known.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    /// The person's roles.
    #[must_use]
    pub const fn roles(&self) -> &BTreeSet<String> {
        &self.roles
    }

    /// How the person is named as the one who decided: `name (id)`, or the id alone.
    #[must_use]
    pub fn decided_by(&self) -> String {
        match &self.name {
            Some(name) if *name != self.id => format!("{name} ({})", self.id),
            _ => self.id.clone(),
        }
    }
}

/// Why a text cannot be the id of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PrincipalError {
    /// It is empty.
    #[error("the id of a person is empty")]
    Empty,
    /// It is too long.
    #[error("the id of a person has more than 200 bytes")]
    TooLong,
    /// It could pass for another id where it is shown.
    #[error("the id of a person has characters that cannot be seen")]
    Unreadable,
}

/// Control characters, and those that turn the direction of writing or take no room.
fn misleads(one: char) -> bool {
    one.is_control()
        || matches!(one, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}
