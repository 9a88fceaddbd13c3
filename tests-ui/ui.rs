//! What the macro refuses, in which words, and what it must accept.
//!
//! `ui/<topic>/<sentence>.rs` holds one mistake and names the refusal it is about in its first line.
//! Each wrong line says what it becomes when mended: `//~ mended: <line>`, or nothing when the line goes.
//! `ui/pass` holds programs that must compile and run. `TRYBUILD=overwrite cargo test -p
//! stepflow-tests-ui` writes the expected messages anew; read them before you commit them.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot read its files has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const MARK: &str = "//~ mended:";

#[test]
fn refused() {
    let cases = trybuild::TestCases::new();
    for file in files("rs") {
        cases.compile_fail(file.strip_prefix(root()).expect("the file is under the package"));
    }
}

/// All mended files as modules of one program: compiling them one by one would take minutes.
#[test]
fn mended() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mended");
    fs::create_dir_all(&folder).expect("the folder for mended files can be made");
    let mut program = "#![allow(dead_code, non_snake_case, unused)]\n".to_owned();
    for file in files("rs") {
        let name = name(&file).replace('/', "__");
        let text = read(&file);
        assert!(text.contains(MARK), "{}: no line says how to mend it", file.display());
        let copy = folder.join(format!("{name}.rs"));
        fs::write(&copy, mend(&text)).expect("a mended file can be written");
        writeln!(program, "#[path = {copy:?}]\nmod {name};").expect("text can be written");
    }
    program.push_str("fn main() {}\n");
    let path = folder.join("main.rs");
    fs::write(&path, program).expect("the program can be written");
    trybuild::TestCases::new().pass(path);
}

#[test]
fn accepted() {
    trybuild::TestCases::new().pass("ui/pass/**/*.rs");
}

#[test]
fn each_refusal_has_a_file() {
    let wording: Vec<String> = messages().iter().map(|file| read(file)).collect();
    let refusals: BTreeSet<&str> = wording
        .iter()
        .flat_map(|source| source.lines())
        .filter_map(|line| line.strip_prefix("pub(crate) fn "))
        .filter_map(|rest| rest.split_once('('))
        .map(|(name, _)| name)
        .collect();
    let mut shown = BTreeMap::new();
    for file in files("rs") {
        let text = read(&file);
        let first = text.lines().next().unwrap_or_default().to_owned();
        if let Some(names) = first.strip_prefix("//! refusal: ") {
            for name in names.split(", ") {
                shown.insert(name.to_owned(), file.clone());
            }
        } else {
            assert_eq!(first, "//! refused by the compiler", "{}", file.display());
        }
    }
    for (name, file) in &shown {
        assert!(refusals.contains(name.as_str()), "{}: no refusal is called `{name}`", file.display());
    }
    let missing: Vec<&&str> = refusals.iter().filter(|name| !shown.contains_key(**name)).collect();
    assert!(missing.is_empty(), "refusals without a file: {missing:?}");
    assert!(refusals.len() >= 50, "only {} refusals were found", refusals.len());
}

#[test]
fn messages_name_nothing_generated() {
    for file in files("stderr") {
        let is_drawn = |line: &str| line.chars().all(|letter| " |_^-".contains(letter));
        for (number, line) in read(&file).lines().enumerate().filter(|(_, line)| !is_drawn(line)) {
            for generated in ["__", "Probe", "StepReturn", "IS_RESULT", "NotAResult"] {
                assert!(
                    !line.contains(generated),
                    "{}:{} shows `{generated}`: {line}",
                    file.display(),
                    number + 1
                );
            }
        }
    }
}

fn mend(text: &str) -> String {
    let mut mended = String::new();
    for line in text.lines() {
        match line.split_once(MARK) {
            None => {
                mended.push_str(line);
                mended.push('\n');
            }
            Some((_, replacement)) if replacement.trim().is_empty() => {}
            Some((_, replacement)) => {
                mended.push_str(replacement.trim());
                mended.push('\n');
            }
        }
    }
    mended
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The files that hold the wording of the refusals.
fn messages() -> Vec<PathBuf> {
    let files = fs::read_dir(root().join("../stepflow-macros/src/messages")).expect("the folder can be read");
    files.map(|file| file.expect("an entry can be read").path()).collect()
}

/// `topic/sentence`
fn name(file: &Path) -> String {
    let topic = file.parent().and_then(Path::file_name).unwrap_or_default();
    let stem = file.file_stem().unwrap_or_default();
    format!("{}/{}", topic.display(), stem.display())
}

/// The files of the topics, in order; those that must compile aside.
fn files(extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let topics = fs::read_dir(root().join("ui")).expect("the folder `ui` can be read");
    for topic in topics.map(|topic| topic.expect("a topic can be read").path()) {
        if topic.file_name().is_some_and(|name| name == "pass") {
            continue;
        }
        let entries = fs::read_dir(&topic).expect("a topic can be read");
        found.extend(
            entries
                .map(|entry| entry.expect("an entry can be read").path())
                .filter(|path| path.extension().is_some_and(|found| found == extension)),
        );
    }
    found.sort();
    found
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
