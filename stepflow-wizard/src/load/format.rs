//! In which language a definition is written.

use std::path::Path;

/// In which language a definition is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    #[cfg(feature = "yaml")]
    Yaml,
}

impl Format {
    /// The endings of file names, the likeliest first.
    pub(super) const ENDINGS: &[(&str, Self)] = &[
        #[cfg(feature = "yaml")]
        ("yaml", Self::Yaml),
        #[cfg(feature = "yaml")]
        ("yml", Self::Yaml),
        ("json", Self::Json),
    ];

    pub(super) fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Self::ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, format)| *format)
    }
}
