//! Which programs the machine has.

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};

/// Chromium and the program that drives it.
pub(super) struct Programs {
    pub(super) chromium: PathBuf,
    pub(super) chromedriver: PathBuf,
}

impl Programs {
    /// Looks for them where programs are, under the names that systems give them.
    pub(super) fn find() -> Result<Self, Missing> {
        let chromium = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(program);
        let chromedriver = program("chromedriver");
        match (chromium, chromedriver) {
            (Some(chromium), Some(chromedriver)) => Ok(Self { chromium, chromedriver }),
            (None, _) => Err(Missing("chromium")),
            (_, None) => Err(Missing("chromedriver")),
        }
    }
}

/// Where a program is, if it is anywhere.
pub(super) fn program(name: &str) -> Option<PathBuf> {
    let paths = env::var_os("PATH")?;
    env::split_paths(&paths).map(|folder| folder.join(name)).find(|path| Path::is_file(path))
}

/// A program that the machine does not have.
#[derive(Debug)]
pub(super) struct Missing(pub(super) &'static str);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no program `{}`", self.0)
    }
}
