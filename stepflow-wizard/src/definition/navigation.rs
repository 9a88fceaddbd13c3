//! Words that navigate: "back", "skip", "start over".

use std::collections::BTreeSet;

use crate::Name;

/// A command that words can stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum NavigationCommand {
    /// To the stage before.
    Back,
    /// Past this stage.
    Skip,
    /// To the very beginning.
    Restart,
}

impl NavigationCommand {
    /// In the order in which their words are tested.
    pub const ALL: [Self; 3] = [Self::Back, Self::Skip, Self::Restart];

    /// `back`, `skip` or `restart`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Back => "back",
            Self::Skip => "skip",
            Self::Restart => "restart",
        }
    }

    /// The words that stand for it when nothing else is set.
    #[must_use]
    pub const fn default_words(self) -> &'static [&'static str] {
        match self {
            Self::Back => &["back", "go back", "previous"],
            Self::Skip => &["skip", "skip this", "use default", "use defaults"],
            Self::Restart => &["restart", "start over"],
        }
    }
}

/// The words of one command, and whether it is there at all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal")]
pub struct NavigationWords {
    /// The whole message must be one of these, whatever its case and the space around it.
    pub keywords: BTreeSet<Name>,
    /// Switched off, the words mean nothing and the command is refused.
    pub enabled: bool,
}

/// Words that navigate. What is `None` is inherited: by a stage from its flow, by a flow from the wizard, by the
/// wizard from the defaults.
///
/// ```
/// use stepflow_wizard::{Navigation, NavigationCommand};
///
/// let navigation = Navigation::default();
/// assert_eq!(navigation.detect("  Go Back "), Some(NavigationCommand::Back));
/// assert_eq!(navigation.detect("let us go back"), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal over `default`")]
pub struct Navigation {
    /// Words for going back.
    pub back: Option<NavigationWords>,
    /// Words for skipping.
    pub skip: Option<NavigationWords>,
    /// Words for starting over.
    pub restart: Option<NavigationWords>,
}

impl Navigation {
    /// What is set for a command.
    #[must_use]
    pub fn words(&self, command: NavigationCommand) -> Option<&NavigationWords> {
        match command {
            NavigationCommand::Back => self.back.as_ref(),
            NavigationCommand::Skip => self.skip.as_ref(),
            NavigationCommand::Restart => self.restart.as_ref(),
        }
    }

    /// The command that a message stands for.
    #[must_use]
    pub fn detect(&self, message: &str) -> Option<NavigationCommand> {
        detect(&[self], message)
    }
}

/// The command that a message stands for; the first of `layers` that says something about a command counts.
pub(crate) fn detect(layers: &[&Navigation], message: &str) -> Option<NavigationCommand> {
    let message = message.trim().to_lowercase();
    NavigationCommand::ALL.into_iter().find(|command| match settled(layers, *command) {
        Some(words) => words.enabled && words.keywords.iter().any(|word| word.to_lowercase() == message),
        None => command.default_words().contains(&message.as_str()),
    })
}

/// Whether a command is there at all.
pub(crate) fn enabled(layers: &[&Navigation], command: NavigationCommand) -> bool {
    settled(layers, command).is_none_or(|words| words.enabled)
}

fn settled<'a>(layers: &[&'a Navigation], command: NavigationCommand) -> Option<&'a NavigationWords> {
    layers.iter().find_map(|layer| layer.words(command))
}
