//! Where PostgreSQL's programs are, and as whom they run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The newest folder with `initdb`, `pg_ctl` and `postgres`.
pub(super) fn folder() -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<_> = std::env::split_paths(&path).collect();
    folders.extend(debian());
    folders.into_iter().find(|folder| is_complete(folder)).ok_or_else(|| {
        format!(
            "initdb, pg_ctl and postgres are neither in PATH nor in /usr/lib/postgresql/*/bin; install PostgreSQL \
             or name a server in {}",
            super::VARIABLE
        )
    })
}

/// The user and group that the server runs as, if not as those of this process.
pub(super) fn owner() -> Result<Option<(u32, u32)>, String> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().map_err(|error| format!("`id`: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        text.trim().parse::<u32>().map_err(|_| format!("there is no user `{}`", arguments.join(" ")))
    };
    if id(&["-u"])? != 0 {
        return Ok(None);
    }
    let of = |user: &str| Ok::<_, String>((id(&["-u", user])?, id(&["-g", user])?));
    of("postgres").or_else(|_| of("nobody")).map(Some)
}

fn is_complete(folder: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"].iter().all(|program| folder.join(program).is_file())
}

/// Debian keeps the servers of every version apart and out of `PATH`.
fn debian() -> Vec<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort();
    versions.into_iter().rev().map(|(_, folder)| folder).collect()
}
