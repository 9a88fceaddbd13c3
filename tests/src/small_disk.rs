//! A disk that is soon full.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A file system in memory with little room, unmounted when this is dropped.
///
/// ```no_run
/// use stepflow_tests::{SmallDisk, skip};
///
/// let disk = match SmallDisk::mount(4) {
///     Ok(disk) => disk,
///     Err(why) => return skip("a small disk cannot be mounted", why),
/// };
/// std::fs::write(disk.path().join("large"), vec![0; 5 << 20]).expect_err("there is no room");
/// disk.grow(8);
/// std::fs::write(disk.path().join("large"), vec![0; 5 << 20]).expect("now there is");
/// ```
#[derive(Debug)]
pub struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// A disk of so many MiB, in a temporary folder.
    ///
    /// # Errors
    ///
    /// Why it cannot be mounted: as a rule for want of the right to.
    pub fn mount(mib: u32) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| format!("a temporary folder: {error}"))?;
        mount(&["-t", "tmpfs", "-o", &format!("size={mib}m"), "tmpfs"], folder.path())?;
        Ok(Self { folder })
    }

    /// The folder that it is mounted in.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Changes its size.
    ///
    /// # Panics
    ///
    /// When that cannot be done.
    #[expect(clippy::panic, reason = "a test cannot go on without its disk")]
    pub fn grow(&self, mib: u32) {
        if let Err(why) = mount(&["-o", &format!("remount,size={mib}m")], self.path()) {
            panic!("{why}");
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: somebody may still have a file open there.
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).output();
    }
}

fn mount(arguments: &[&str], folder: &Path) -> Result<(), String> {
    let output = Command::new("mount").args(arguments).arg(folder).output();
    let output = output.map_err(|error| format!("`mount`: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
}
