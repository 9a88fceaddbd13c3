//! The table of rules in `docs/reference/web-rules.md` is complete, and what it names is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const TABLE: &str = include_str!("../../../docs/reference/web-rules.md");

/// The names of all tests below a folder.
fn tests(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let names = text.lines().filter_map(|line| {
                let line = line.trim_start().trim_start_matches("pub(crate) ").trim_start_matches("async ");
                line.strip_prefix("fn ")?.split('(').next().map(str::to_owned)
            });
            found.extend(names);
        }
    }
}

fn all_tests() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    for folder in ["web", "wizard", "../tests-browser/browser"] {
        tests(&root.join(folder), &mut found);
    }
    found
}

/// The rows of the table: rule, and its last cell.
fn rows() -> Vec<(&'static str, &'static str)> {
    let cells = TABLE
        .lines()
        .filter(|line| line.starts_with("| "))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect::<Vec<_>>());
    cells.filter(|cells| cells.len() > 2).map(|cells| (cells[0], cells[cells.len() - 1])).collect()
}

#[test]
fn every_rule_has_a_row_and_every_test_of_the_table_is_there() {
    let (rows, tests) = (rows(), all_tests());
    let rules = (1..=28).map(|at| format!("U-{at:02}"));
    let rules =
        rules.chain((1..=18).map(|at| format!("W-{at:02}"))).chain((1..=20).map(|at| format!("S-{at:02}")));
    for rule in rules {
        let own = rows.iter().filter(|(id, _)| *id == rule).collect::<Vec<_>>();
        assert_eq!(own.len(), 1, "{rule} has {} rows", own.len());
        let begins = format!("{}_", rule.to_lowercase().replace('-', "_"));
        let tested = tests.iter().any(|test| test.starts_with(&begins));
        let reason = own[0].1.starts_with('–');
        assert!(tested || reason, "{rule} has no test, and no reason");
    }
    let named = TABLE
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| word.contains("::") && !word.contains(char::is_uppercase));
    for path in named {
        let name = path.rsplit("::").next().unwrap_or_default();
        assert!(tests.contains(name), "`{path}` is no test");
    }
}

#[test]
fn every_test_that_bears_a_number_is_in_the_table() {
    for test in all_tests() {
        let mut parts = test.split('_');
        let (letter, number) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let numbered = matches!(letter, "u" | "w") && number.len() == 2 && number.parse::<u8>().is_ok();
        if numbered {
            assert!(TABLE.contains(&format!("::{test}`")), "`{test}` is not in the table");
        }
    }
}
