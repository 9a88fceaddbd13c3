//! `docs/reference/wizard.md` is kept in step with the tests that it names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_rule_has_a_row_and_every_test_that_a_row_names_is_there() {
    let page = fs::read_to_string(root().join("docs/reference/wizard.md")).unwrap();
    let mut found = BTreeSet::new();
    let mut named = BTreeSet::new();
    for line in page.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let (ids, test) = (cells[0], cells[cells.len() - 1]);
        if ids == "id" {
            continue;
        }
        for id in ids.split(", ") {
            assert!(found.insert(id.to_owned()), "`{id}` has two rows");
        }
        let tests: Vec<&str> = test.split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty() || test.starts_with('–'), "`{ids}` has neither a test nor a reason");
        for test in tests {
            assert!(is_there(test), "`{ids}` names `{test}`, which is not there");
            named.insert(test.to_owned());
        }
    }
    let numbered = |prefix: &str, last: u32| -> Vec<String> {
        (1..=last)
            .map(|at| if prefix == "B-" { format!("B-{at:02}") } else { format!("{prefix}{at}") })
            .collect()
    };
    let expected = [numbered("G", 36), numbered("B-", 30), numbered("I", 10), numbered("W", 26)].concat();
    assert_eq!(found, expected.into_iter().collect());
    for (module, first) in [("golden", 'g'), ("defects", 'b'), ("invariants", 'i')] {
        let source = fs::read_to_string(root().join(format!("tests/wizard/{module}.rs"))).unwrap();
        let tests = source.lines().filter_map(|line| line.trim().strip_prefix("fn ")?.split('(').next());
        let numbered = |name: &&str| {
            let rest = name.strip_prefix(first);
            rest.is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()))
        };
        for test in tests.filter(numbered) {
            assert!(named.contains(&format!("{module}::{test}")), "no row names `{module}::{test}`");
        }
    }
}

/// Whether there is a test of this path: of this binary, or of the crate that the path begins with.
fn is_there(test: &str) -> bool {
    let (folder, path) = match test.strip_prefix("stepflow_wizard::") {
        Some(path) => ("stepflow-wizard/src", path),
        None => ("tests/wizard", test),
    };
    let Some((module, name)) = path.rsplit_once("::") else { return false };
    let module = root().join(folder).join(module.replace("::", "/"));
    let files = [module.with_extension("rs"), module.join("mod.rs")];
    let function = format!("fn {name}(");
    let holds = |file: &PathBuf| fs::read_to_string(file).is_ok_and(|source| source.contains(&function));
    files.iter().any(holds)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
