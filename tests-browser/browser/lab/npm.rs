//! A package of the npm registry, for tests only.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::{fs, io};

use super::picture::target;
use super::programs::program;

/// The release of axe-core that pages are held against.
const AXE: &str = "axe-core@4.14.1";

/// The text of axe-core, fetched once into the folder of everything that is built; or why it is not there.
pub(super) fn axe_core() -> Result<&'static str, &'static str> {
    static TEXT: LazyLock<Result<String, String>> = LazyLock::new(|| {
        let folder = target().join(AXE);
        let file = folder.join("node_modules/axe-core/axe.min.js");
        if !file.is_file() {
            fetch(&folder)?;
        }
        fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))
    });
    TEXT.as_deref().map_err(String::as_str)
}

/// Installs beside the folder first, so that no other process sees half of it.
fn fetch(folder: &Path) -> Result<(), String> {
    let npm = program("npm").ok_or("there is no program `npm`")?;
    let beside = beside(folder).map_err(|error| format!("there is no room for {AXE}: {error}"))?;
    let done = Command::new(npm)
        .args([
            "install",
            "--ignore-scripts",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
            "--prefix",
        ])
        .arg(beside.path())
        .arg(AXE)
        .output()
        .map_err(|error| format!("npm does not start: {error}"))?;
    if !done.status.success() {
        return Err(format!("npm cannot install {AXE}: {}", String::from_utf8_lossy(&done.stderr)));
    }
    match fs::rename(beside.path(), folder) {
        Ok(()) => drop(beside.keep()),
        // Another process was faster.
        Err(_) if folder.is_dir() => {}
        Err(error) => return Err(format!("{}: {error}", folder.display())),
    }
    Ok(())
}

fn beside(folder: &Path) -> io::Result<tempfile::TempDir> {
    let parent: PathBuf = folder.parent().map(Path::to_path_buf).unwrap_or_default();
    fs::create_dir_all(&parent)?;
    tempfile::tempdir_in(parent)
}
