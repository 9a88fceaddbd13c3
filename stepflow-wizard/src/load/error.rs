//! Why a file cannot be loaded or written.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::write::WriteError;
use crate::error::DefinitionErrors;

/// Why a file cannot be loaded.
///
/// ```
/// use stepflow_wizard::Functions;
/// use stepflow_wizard::load::{self, LoadError};
///
/// let Err(error) = load::from_file("no/such/wizard.json", &Functions::new()) else { return };
/// assert!(matches!(error, LoadError::Unreadable { .. }));
/// assert_eq!(error.to_string(), "the file `no/such/wizard.json` cannot be read");
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// What stands in it is no wizard that can be used.
    #[error(transparent)]
    Definition(#[from] DefinitionErrors),
    /// Its name does not say what it holds.
    #[error("`{path}` is no file that wizards are read from; its name ends in `.json`, `.yaml` or `.yml`")]
    Format {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be read.
    #[error("the file `{path}` cannot be read")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Why a definition cannot be written into a file.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SaveError {
    /// The file's name does not say what it is to hold.
    #[error("`{path}` is no file that wizards are written to; its name ends in `.json`, `.yaml` or `.yml`")]
    Format {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be written.
    #[error("the file `{path}` cannot be written")]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The definition has no text.
    #[error(transparent)]
    Write(#[from] WriteError),
}
